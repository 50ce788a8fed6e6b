# Node of the image; the tests run on 20, 22 and newer work as well.
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS build
# What SQLite with encryption and the Bluetooth socket are compiled with.
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
# Builds dist through `prepare`; what only development needs goes away afterwards.
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:${NODE_VERSION}-bookworm-slim
# A second node that may use the raw Bluetooth socket without root. The usual one has no such right, and the service that
# doesn't use Bluetooth starts with that one.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libcap2-bin \
 && cp /usr/local/bin/node /usr/local/bin/node-ble \
 && setcap cap_net_raw,cap_net_admin+eip /usr/local/bin/node-ble \
 && apt-get purge -y libcap2-bin && apt-get autoremove -y \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/bin ./bin
COPY --from=build /app/firmware-protocol ./firmware-protocol
COPY --from=build /app/dist ./dist
RUN install -d -o node -g node -m 0700 /data
USER node
ENV NODE_ENV=production GAITKEEPER_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/gaitkeeper.js", "serve"]
