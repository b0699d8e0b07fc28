# The SFT agent: sends what the service hands over. Metrics and health are on port 9996.
# After npm run build, with any builder of OCI images:
#   docker build -f packages/data-egress/docker/sft-agent.Dockerfile -t sft-agent packages/data-egress/dist/lambda/sft-agent
ARG NODE_IMAGE=node:20-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0
FROM ${NODE_IMAGE}
# A volume of a Fargate task belongs to whoever owns its folder in the image, but only where the image declares it.
RUN install -d -o node -g node -m 0700 /data-egress
VOLUME ["/data-egress"]
COPY index.js /app/index.js
EXPOSE 9996
ENV NODE_ENV=production
USER node
ENTRYPOINT ["node", "/app/index.js"]
