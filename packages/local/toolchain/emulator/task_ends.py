"""Stops the other containers of a task whose essential container has ended, as the agent on AWS does.

The emulator calls such a task stopped, starts another one in its place, and leaves what still runs of it running beside that.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (essential, stopTimeout)
"""

import threading

from ministack.services import ecs

# What a container has between SIGTERM and SIGKILL where its definition says nothing.
GRACE_SECONDS = 30

cleanup_task_resources = ecs._cleanup_task_resources


def stop(client, container_id):
    try:
        client.containers.get(container_id).stop(timeout=GRACE_SECONDS)
    except Exception as problem:  # It may be gone, which is what is wanted.
        ecs.logger.info("ECS: container %s was not stopped: %s", container_id[:12], problem)


def cleanup_and_stop(task, docker_client, *rest):
    # Without a client it is asked to forget the containers of a task that has ended by itself.
    left = [] if docker_client else list(task.get("_docker_ids") or [])
    cleanup_task_resources(task, docker_client, *rest)
    client = ecs._get_docker() if left else None
    for container_id in left if client else []:
        # Beside the answer to whoever looks at the task: programs may ask the emulator for something before they end.
        threading.Thread(target=stop, args=(client, container_id), daemon=True).start()


def install():
    ecs._cleanup_task_resources = cleanup_and_stop
