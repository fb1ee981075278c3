/**
 * `jwks-rsa` requires `jose`, which is an ES module alone. Node can do that; Jest cannot before Node 24.9, so here `require`
 * finds the last version of `jose` that has CommonJS. An import finds the version that runs.
 */
module.exports = (path, options) => {
  const isRequired = options.conditions?.includes('require') ?? false;
  return options.defaultResolver(path === 'jose' && isRequired ? 'jose-commonjs' : path, options);
};
