// The page at /docs: the REST document in Swagger UI, the document of the sockets beside it, and one token for both.

const byId = (id) => document.getElementById(id);

const rest = globalThis.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#rest',
  deepLinking: false,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  validatorUrl: null,
});

showTab();
addEventListener('hashchange', showTab);

const sockets = await (await fetch('/asyncapi.json')).json();
let token = '';
let socket;

describeSockets();
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  token = byId('token').value.trim();
  rest.preauthorizeApiKey('token', token);
});
byId('connect').addEventListener('click', connect);
byId('send').addEventListener('click', () => {
  const frame = byId('frame').value;
  socket.send(frame);
  log('→', frame);
});

function showTab() {
  const shown = location.hash === '#sockets' ? 'sockets' : 'rest';
  for (const name of ['rest', 'sockets']) {
    byId(name).hidden = name !== shown;
    if (name === shown) byId(`tab-${name}`).setAttribute('aria-current', 'page');
    else byId(`tab-${name}`).removeAttribute('aria-current');
  }
}

/** A browser cannot set a header on a socket, so the token travels as a subprotocol. */
function connect() {
  socket?.close();
  if (token === '') {
    say('Give a token first: its field is at the top of the page');
    return;
  }
  say('Connecting …');
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  socket = new WebSocket(`${scheme}://${sockets.servers.socket.host}/ws`, ['messenger.v1', `bearer.${token}`]);
  socket.addEventListener('open', () => {
    say('Connected');
    byId('send').disabled = false;
  });
  socket.addEventListener('message', ({ data }) => log('←', data));
  socket.addEventListener('close', ({ code, reason }) => {
    say(`Closed with ${code}${reason === '' ? '' : `: ${reason}`}`);
    byId('send').disabled = true;
  });
}

function say(state) {
  byId('state').textContent = state;
}

function log(way, frame) {
  const line = document.createElement('li');
  line.dataset.way = way;
  line.textContent = frame;
  byId('log').prepend(line);
}

function describeSockets() {
  byId('about-sockets').textContent = sockets.info.description.replaceAll('`', '');
  const { messages } = sockets.channels.socket;
  const { events, ...fromClient } = sockets.operations;
  for (const name of Object.keys(fromClient)) {
    const { summary, payload, examples } = messages[name];
    const parts = { Example: examples[0].payload, Frame: payload, Reply: messages[`${name}_reply`].payload };
    byId('client-events').append(entry(name, summary, parts));
  }
  const [first] = Object.keys(fromClient);
  byId('frame').value = JSON.stringify(messages[first].examples[0].payload);
  for (const { $ref } of events.messages) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    byId('server-events').append(entry(name, messages[name].summary, { Frame: messages[name].payload }));
  }
}

function entry(name, summary, parts) {
  const details = document.createElement('details');
  details.className = 'event';
  const head = document.createElement('summary');
  const code = document.createElement('code');
  code.textContent = name;
  head.append(code, summary);
  details.append(head);
  for (const [title, json] of Object.entries(parts)) {
    const heading = document.createElement('h3');
    heading.textContent = title;
    const body = document.createElement('pre');
    body.textContent = JSON.stringify(resolve(json), null, 2);
    details.append(heading, body);
  }
  return details;
}

/** Puts shared schemas in the place of their names, so that a reader sees a whole frame. */
function resolve(node) {
  if (Array.isArray(node)) return node.map(resolve);
  if (node === null || typeof node !== 'object') return node;
  if (typeof node.$ref === 'string') return resolve(sockets.components.schemas[node.$ref.split('/').at(-1)]);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value)]));
}
