# The egress service: polls the queue, runs jobs.
# After npm run build, with any builder of OCI images:
#   docker build -f packages/data-egress/docker/egress-service.Dockerfile -t egress-service packages/data-egress/dist/lambda/egress-service
ARG NODE_IMAGE=node:20-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0
FROM ${NODE_IMAGE}
# A volume of a Fargate task belongs to whoever owns its folder in the image, but only where the image declares it.
RUN install -d -o node -g node -m 0700 /data-egress
VOLUME ["/data-egress"]
COPY index.js /app/index.js
ENV NODE_ENV=production
USER node
ENTRYPOINT ["node", "/app/index.js"]
