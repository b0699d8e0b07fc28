# The stub receiver: takes what an agent sends, on port 8091.
# After npm run build, with any builder of OCI images:
#   docker build -f packages/data-egress/docker/stub-receiver.Dockerfile -t stub-receiver packages/data-egress/dist/lambda/stub-receiver
ARG NODE_IMAGE=node:20-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0
FROM ${NODE_IMAGE}
COPY index.js /app/index.js
EXPOSE 8091
ENV NODE_ENV=production
USER node
ENTRYPOINT ["node", "/app/index.js"]
