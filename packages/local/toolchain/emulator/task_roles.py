"""Gives the containers of an ECS task the credentials of the task's role, as the agent on AWS does.

The emulator tells containers where to ask, and answers with credentials that nobody issued: under AUTH every call with them
is refused. Here they are a session of the role, which IAM is asked about like any other. A task without a role has none.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

import hmac
import json
import time

from ministack.services import ecs, imds, sts

LIFE_SECONDS = 3600
PREFIX = "/v2/credentials/"
URI, AUTHORIZATION = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"

register_metadata = ecs._register_metadata
handle_request = imds.handle_request

# By the last part of the address that a container asks: the role, the session's name, and what the container must show.
containers = {}


def register_with_role(task_arn, cluster_arn, td, cdef, launch_type, env, *rest):
    token = register_metadata(task_arn, cluster_arn, td, cdef, launch_type, env, *rest)
    role = td.get("taskRoleArn")
    if role:
        containers[env[URI].rpartition("/")[2]] = (role, task_arn.rpartition("/")[2], env[AUTHORIZATION])
    else:
        del env[URI], env[AUTHORIZATION]
    return token


def credentials(role, session):
    account, name = role.split(":")[4], role.rpartition("/")[2]
    document = {**imds._ecs_task_credentials_doc(), "RoleArn": role}
    sts.register_session(document["AccessKeyId"], {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "UserId": f"{name}:{session}",
        "SecretAccessKey": document["SecretAccessKey"],
        "SessionToken": document["Token"],
        "Expiration": time.time() + LIFE_SECONDS,
        "AccountId": account,
        "PrincipalType": "AssumedRole",
    })
    return document


async def handle_credentials(method, path, headers, body, query_params):
    if not path.startswith(PREFIX) or method.upper() != "GET":
        return await handle_request(method, path, headers, body, query_params)
    role, session, expected = containers.get(path.removeprefix(PREFIX).rstrip("/"), (None, None, ""))
    given = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
    if role is None or not hmac.compare_digest(given, expected):
        return 401, {"Content-Type": "application/json"}, b'{"message": "unknown container"}'
    return 200, {"Content-Type": "application/json"}, json.dumps(credentials(role, session)).encode()


def install():
    ecs._register_metadata = register_with_role
    imds.handle_request = handle_credentials
