/**
 * Host keys as their owners publish them; a test compares them with the fingerprints that stand on the same pages, and a
 * secret can pin others.
 *
 * - https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
 * - https://docs.gitlab.com/user/gitlab_com/#ssh-known_hosts-entries
 * - https://bitbucket.org/site/ssh, fingerprints: https://bitbucket.org/blog/ssh-host-key-changes
 */
export const PUBLISHED_HOST_KEYS = [
  "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
  "gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf",
  "bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO",
].join("\n");
