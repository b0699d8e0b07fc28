# The egress service: polls the queue, runs jobs.
# After npm run build, with any builder of OCI images:
#   docker build -f packages/data-egress/docker/egress-service.Dockerfile -t egress-service packages/data-egress/dist/lambda/egress-service
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
FROM ${NODE_IMAGE}
# A volume of a Fargate task belongs to whoever owns its folder in the image, but only where the image declares it.
RUN install -d -o node -g node -m 0700 /data-egress
VOLUME ["/data-egress"]
# Whatever the umask of the build was, the user may read it. BuildKit gives /app the same mode, and a folder needs the x.
COPY --chmod=0555 index.js /app/index.js
ENV NODE_ENV=production
USER node
ENTRYPOINT ["node", "/app/index.js"]
