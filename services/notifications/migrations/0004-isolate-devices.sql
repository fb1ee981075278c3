-- A device whose last attempt failed or took too long is isolated: attempts at it use slots of their own.
alter table queues rename column faltering to isolated;
