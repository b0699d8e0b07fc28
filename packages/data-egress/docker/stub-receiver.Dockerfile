# The stub receiver: takes what an agent sends, on port 8091.
# After npm run build, with any builder of OCI images:
#   docker build -f packages/data-egress/docker/stub-receiver.Dockerfile -t stub-receiver packages/data-egress/dist/lambda/stub-receiver
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
FROM ${NODE_IMAGE}
# Whatever the umask of the build was, the user may read it. BuildKit gives /app the same mode, and a folder needs the x.
COPY --chmod=0555 index.js /app/index.js
EXPOSE 8091
ENV NODE_ENV=production
USER node
ENTRYPOINT ["node", "/app/index.js"]
