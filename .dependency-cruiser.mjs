/** The layers of the gateway, each with what it may import besides its own files. */
const GATEWAY_LAYERS = {
  limits: [],
  upstream: ['limits/'],
  rooms: ['upstream/', 'limits/'],
  users: ['rooms/', 'upstream/', 'limits/'],
  'use-cases': ['context\\.ts', 'users/', 'rooms/', 'upstream/', 'limits/'],
  sessions: ['context\\.ts', 'config\\.ts', 'use-cases/', 'users/', 'rooms/', 'upstream/', 'limits/'],
  doors: ['context\\.ts', 'config\\.ts', 'sessions/', 'use-cases/', 'users/', 'rooms/', 'upstream/', 'limits/'],
};

const gatewayRules = Object.entries(GATEWAY_LAYERS).map(([layer, below]) => ({
  name: `gateway-${layer}-imports-layers-below`,
  comment: 'Inside the gateway: doors, sessions, use cases, users, rooms, upstream, limits; no import runs upward.',
  severity: 'error',
  from: { path: `^services/gateway/src/${layer}/` },
  to: { path: '^services/gateway/src/', pathNot: `^services/gateway/src/(${[`${layer}/`, ...below].join('|')})` },
}));

/** A data service; the gateway has layers of its own. */
const DATA_SERVICE = '(?!gateway/)[^/]+';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...gatewayRules,
    {
      name: 'gateway-use-cases-stand-alone',
      comment: 'A client event or route calls one use case. What several share lies below them.',
      severity: 'error',
      from: { path: '^services/gateway/src/use-cases/' },
      to: { path: '^services/gateway/src/use-cases/' },
    },
    {
      name: 'gateway-doors-stand-apart',
      comment: 'A door knows no other door. What several share lies beside them in doors/.',
      severity: 'error',
      from: { path: '^services/gateway/src/doors/([^/]+)/' },
      to: { path: '^services/gateway/src/doors/[^/]+/', pathNot: '^services/gateway/src/doors/$1/' },
    },
    {
      name: 'gateway-config-is-a-leaf',
      comment:
        'The settings are built from the limits and the file of issuers, and import nothing else of the gateway.',
      severity: 'error',
      from: { path: '^services/gateway/src/config\\.ts$' },
      to: { path: '^services/gateway/src/', pathNot: '^services/gateway/src/(limits/|trusted-issuers\\.ts$)' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle means two files are one thing, or one of them is in the wrong place.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'services-know-only-libs',
      comment: 'Services know each other through libs/contracts alone.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^(services|tools|tests|docs|bench)/', pathNot: '^services/$1/' },
    },
    {
      name: 'domain-without-io',
      comment: 'Rules of a data service know the language of contracts, the decision and nothing that waits.',
      severity: 'error',
      from: { path: `^services/${DATA_SERVICE}/src/domain/` },
      to: { path: '^(libs|services)/', pathNot: '^libs/(contracts|decision)/|^services/[^/]+/src/domain/' },
    },
    {
      name: 'store-holds-statements',
      comment: 'The store of a data service holds entities and statements: no bus, no batching, no use case.',
      severity: 'error',
      from: { path: `^services/${DATA_SERVICE}/src/store/` },
      to: {
        path: '^(libs|services)/',
        pathNot: '^libs/(contracts|database|outbox|relations)/|^services/[^/]+/src/(domain|store)/',
      },
    },
    {
      name: 'use-cases-apart',
      comment: 'A use case of a data service calls no other; what several share stands beside domain and store.',
      severity: 'error',
      from: { path: `^services/${DATA_SERVICE}/src/use-cases/`, pathNot: '/send-push\\.ts$' },
      to: { path: '^services/[^/]+/src/use-cases/' },
    },
    {
      name: 'use-cases-behind-tables',
      comment: 'Tables and loops of a data service, the files beside main.ts, call its use cases; no layer below does.',
      severity: 'error',
      from: { path: `^services/${DATA_SERVICE}/src/`, pathNot: '^services/[^/]+/src/([^/]+\\.ts$|use-cases/)' },
      to: { path: '^services/[^/]+/src/use-cases/' },
    },
    {
      name: 'libs-know-only-libs',
      comment: 'A library serves services; it knows none of them.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|tools|tests|docs|bench)/' },
    },
    {
      name: 'contracts-know-nobody',
      comment: 'The shared language depends on nothing of ours.',
      severity: 'error',
      from: { path: '^libs/contracts/src/' },
      to: { path: '^(libs|services|tools|tests|docs|bench)/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'tools-start-services-by-process',
      comment: 'Tools, system tests and benches reach a service through its process and the bus, never by import.',
      severity: 'error',
      from: { path: '^(tools|tests|docs|bench)/' },
      to: { path: '^services/' },
    },
    {
      name: 'client-runs-alone',
      comment: 'The client library runs in browsers: of our packages it has types alone.',
      severity: 'error',
      from: { path: '^libs/client/src/' },
      to: {
        path: '^(libs|services|tools|tests|docs|bench)/',
        pathNot: '^libs/client/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'libs-through-their-door',
      comment: 'A package has one public door, src/index.ts. The client has one for React and one for Node besides.',
      severity: 'error',
      from: { path: '^(libs/([^/]+)|services/[^/]+|tools|tests|docs|bench)/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: '^libs/[^/]+/src/index\\.ts$|^libs/client/src/(react|node)\\.ts$|^libs/$2/',
      },
    },
    {
      name: 'web-knows-the-client-library-alone',
      comment: 'The web messenger is a client as any other: it is built on the client library.',
      severity: 'error',
      from: { path: '^clients/[^/]+/src/' },
      to: { path: '^(libs|services|tools|tests|docs|bench)/', pathNot: '^libs/client/src/(index|react)\\.ts$' },
    },
    {
      name: 'nobody-imports-a-client',
      comment: 'A client stands at the outside. The gateway serves its built files.',
      severity: 'error',
      from: { path: '^(libs|services|tools|tests|docs|bench)/' },
      to: { path: '^clients/' },
    },
    {
      name: 'sources-import-no-tests',
      comment: 'What runs does not depend on what tests it.',
      severity: 'error',
      from: { path: '^(libs|services)/[^/]+/src/', pathNot: '^libs/testing/' },
      to: { path: '/tests/|^tests/|^libs/testing/' },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that resolves to nothing fails at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|\\.data|\\.runtime|coverage|dist)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.node'],
    },
  },
};
