-- The participant sees no message from before joining: the group's company had the policy history = joined at that moment.
alter table participants add column history_from_join boolean not null default false;
