/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
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
      to: { path: '^(services|tools|tests|bench)/', pathNot: '^services/$1/' },
    },
    {
      name: 'libs-know-only-libs',
      comment: 'A library serves services; it knows none of them.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|tools|tests|bench)/' },
    },
    {
      name: 'contracts-know-nobody',
      comment: 'The shared language depends on nothing of ours.',
      severity: 'error',
      from: { path: '^libs/contracts/src/' },
      to: { path: '^(libs|services|tools|tests|bench)/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'tools-start-services-by-process',
      comment: 'Tools, system tests and benches reach a service through its process and the bus, never by import.',
      severity: 'error',
      from: { path: '^(tools|tests|bench)/' },
      to: { path: '^services/' },
    },
    {
      name: 'libs-through-their-door',
      comment: 'A package has one public door, src/index.ts.',
      severity: 'error',
      from: { path: '^(libs/([^/]+)|services/[^/]+|tools|tests|bench)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$|^libs/$2/' },
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
    exclude: { path: '(^|/)(node_modules|\\.data|\\.runtime|coverage)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json', '.node'],
    },
  },
};
