"""Starts the emulator with builds that run (see builds.py), and with what it answers brought in line with AWS.

To "may this caller do that?":

1. Loopback counts as a secure transport. Policies refuse requests that did not come over TLS (aws:SecureTransport), and
   the emulator enforces them; it serves plain HTTP on loopback, where nothing is on the wire to protect.
2. SSM calls by several names or by path are checked on those parameters, each of them. The emulator checks "*".
3. ECS calls are checked on the services or tasks they name, and know the key ecs:cluster. The emulator checks the cluster.
4. A bucket policy of another account is asked about the caller. The emulator asks about the caller's account as a whole.
5. aws:PrincipalArn of a session is the ARN of its role. The emulator has the ARN of the session.
6. SQS calls for many messages are allowed as those for one are. The emulator has actions of its own for them.
7. Making a distribution with tags is allowed as making one and as tagging. The emulator has an action for the two.
8. CodeBuild, ACM and CloudFront calls are checked on the projects, certificate and distribution they are about. The
   emulator checks "*" for some of them.
9. Who may not list a bucket is not told that an object is missing: reading it is denied. The emulator answers 404 to all.
10. CloudFront tells a bucket the account of the distribution (aws:SourceAccount). The emulator tells its ARN only.
11. Calls about a log stream are checked on that stream. The emulator checks its group.
12. `*` in a policy stands for line breaks too, which keys of S3 may have. The emulator denies them.

And to "what is there?":
13. A certificate keeps the options that it was requested with. The emulator drops them.

The grammar of a DynamoDB condition is checked once, not with each item that it is asked of: two fifths of what a transaction cost.
Garbage is looked for less often than after every 700 new objects, Python's default: the tables and buckets are in memory, and going
through them was a sixth of what a backfill cost.

Containers of ECS tasks get the credentials of their task's role: see task_roles.py; they end with its essential one: see task_ends.py.
Its queues also get the metrics and alarms that they have on AWS: see queue_metrics.py. It is served as serving.py says.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/ (SSM, ECS, SQS, CodeBuild, ACM, CloudFront, Logs),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:PrincipalArn),
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (s3:ListBucket and 403),
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistributionWithTags.html (its permissions).
"""

import dataclasses
import functools
import gc
import ipaddress
import json
import re
import sys

from ministack.core import iam_actions, iam_evaluator
from ministack.services import acm, dynamodb, s3

sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
import builds  # noqa: E402 (this folder may belong to somebody else: nothing is written into it)
import serving  # noqa: E402
import task_ends  # noqa: E402
import task_roles  # noqa: E402

sys.dont_write_bytecode = before

pin_request_origin = iam_evaluator.pin_request_origin
extract_resource_arn = iam_actions.extract_resource_arn
enforce = iam_evaluator.enforce
evaluate_resource_policy = iam_evaluator.evaluate_resource_policy
resolve_condition_key = iam_evaluator._resolve_condition_key
compile_wildcards = iam_evaluator._fnmatch_compile


class Resources(str):
    """The first ARN of a request, with the others that must be allowed as well, and what conditions may ask."""

    rest: list = []
    context: dict = {}


@functools.lru_cache
def is_loopback(address):
    return ipaddress.ip_address(address).is_loopback


def pin_loopback_as_secure(source_ip, secure_transport):
    pin_request_origin(source_ip, secure_transport or is_loopback(source_ip))


def ssm_resources(request, prefix):
    names = request.get("Names") or [name for name in [request.get("Path")] if name]
    return [f"{prefix}:parameter/{name.strip('/')}" for name in names], {}


def ecs_resources(request, prefix):
    cluster = request.get("cluster") or "default"
    cluster = cluster if cluster.startswith("arn:") else f"{prefix}:cluster/{cluster}"
    within = cluster.rpartition("/")[2]
    arns = [
        name if name.startswith("arn:") else f"{prefix}:{kind}/{within}/{name}"
        for kind, names in (("service", request.get("services")), ("task", request.get("tasks")))
        for name in names or []
    ]
    return arns, {"ecs:cluster": cluster}


def codebuild_resources(request, prefix):
    builds_named = [request.get("id"), *(request.get("ids") or [])]
    names = [name for name in [*(request.get("names") or []), request.get("projectName"), request.get("name")] if name]
    names += [each.rpartition(":build/")[2].partition(":")[0] for each in builds_named if each]
    return [name if name.startswith("arn:") else f"{prefix}:project/{name}" for name in names], {}


def acm_resources(request, prefix):
    if "CertificateArn" in request:
        return [request["CertificateArn"]], {}
    # A certificate that is yet to be is any of the account's.
    return ([f"{prefix}:certificate/*"] if "DomainName" in request else []), {}


def logs_resources(request, prefix):
    group, stream = request.get("logGroupName"), request.get("logStreamName")
    return ([f"{prefix}:log-group:{group}:log-stream:{stream}"] if group and stream else []), {}


READERS = {"logs": logs_resources, "ssm": ssm_resources, "ecs": ecs_resources, "codebuild": codebuild_resources, "acm": acm_resources}


def cloudfront_resource(method, path, query_params, account_id):
    """What is tagged is named in the query; what is yet to be is any distribution of the account."""
    if path.endswith("/tagging"):
        named = query_params.get("Resource", "")
        return named[0] if isinstance(named, list) else named
    is_new = method == "POST" and path.endswith("/distribution")
    return f"arn:aws:cloudfront::{account_id}:distribution/*" if is_new else None


def extract_every_resource(service, method, path, headers, body, query_params, region, account_id):
    found = extract_resource_arn(service, method, path, headers, body, query_params, region, account_id)
    if service == "cloudfront":
        return cloudfront_resource(method, path, query_params, account_id) or found
    if service not in READERS:
        return found
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return found
    if not isinstance(request, dict):
        return found
    arns, context = READERS[service](request, f"arn:aws:{service}:{region}:{account_id}")
    resources = Resources(arns[0] if arns else found)
    resources.rest = arns[1:]
    resources.context = context
    return resources


# Calls that have no action of their own name.
ACTIONS = {"cloudfront:CreateDistributionWithTags": ["cloudfront:CreateDistribution", "cloudfront:TagResource"]}


def action_of(call):
    return call.removesuffix("Batch") if call.startswith("sqs:") else call


def bucket_of_missing_object(call, arn):
    bucket, _, key = arn.removeprefix("arn:aws:s3:::").partition("/")
    found = s3._ensure_bucket(bucket) if call == "s3:GetObject" else None
    return f"arn:aws:s3:::{bucket}" if found is not None and key not in found["objects"] else None


def enforce_on_every_resource(access_key_id, call, service, region, resource_arn="*", service_context=None):
    iam_action = action_of(call)
    context = {**(service_context or {}), **getattr(resource_arn, "context", {})}
    for action in ACTIONS.get(iam_action, [iam_action]):
        for arn in [str(resource_arn), *getattr(resource_arn, "rest", [])]:
            denied = enforce(access_key_id, action, service, region, resource_arn=arn, service_context=context)
            if denied:
                return denied
    bucket = bucket_of_missing_object(iam_action, str(resource_arn))
    return enforce(access_key_id, "s3:ListBucket", service, region, resource_arn=bucket) if bucket else None


def evaluate_for_caller(doc, ctx, *rest, **options):
    ctx = dataclasses.replace(ctx, action=action_of(ctx.action))
    caller = iam_evaluator.caller_arn()
    is_account = ctx.principal_arn == f"arn:aws:iam::{ctx.principal_account}:root"
    if ctx.action.startswith("s3:") and is_account and caller.split(":")[4] == ctx.principal_account:
        ctx = dataclasses.replace(ctx, principal_arn=caller)
    source = (ctx.service_context or {}).get("aws:sourcearn", "")
    if options.get("service") == "cloudfront.amazonaws.com" and source:
        ctx = dataclasses.replace(ctx, service_context={**ctx.service_context, "aws:sourceaccount": source.split(":")[4]})
    return evaluate_resource_policy(doc, ctx, *rest, **options)


@functools.lru_cache(maxsize=4096)
def compile_wildcards_for_every_character(pattern, ignore_case):
    compiled = compile_wildcards(pattern, ignore_case)
    return re.compile(compiled.pattern, compiled.flags | re.DOTALL)


def resolve_role_of_session(key, ctx):
    found = resolve_condition_key(key, ctx)
    if key.lower() != "aws:principalarn" or ":assumed-role/" not in found:
        return found
    account, role = found.split(":")[4], found.split("/")[1]
    return f"arn:aws:iam::{account}:role/{role}"


request_certificate = acm._request_certificate


def request_certificate_with_options(data):
    answer = request_certificate(data)
    if answer[0] == 200 and data.get("Options"):
        acm._certificates[json.loads(answer[2])["CertificateArn"]]["Options"] = data["Options"]
    return answer


# Before the application takes the first by name; it looks the other two up with each request.
iam_evaluator.pin_request_origin = pin_loopback_as_secure
iam_actions.extract_resource_arn = extract_every_resource
iam_evaluator.enforce = enforce_on_every_resource
iam_evaluator.evaluate_resource_policy = evaluate_for_caller
iam_evaluator._resolve_condition_key = resolve_role_of_session
iam_evaluator._fnmatch_compile = compile_wildcards_for_every_character
acm._request_certificate = request_certificate_with_options
dynamodb._condition_syntax_error = functools.lru_cache(maxsize=1024)(dynamodb._condition_syntax_error)
builds.install()
task_roles.install()
task_ends.install()
serving.install()
gc.set_threshold(50_000, 20, 100)

from ministack.app import main  # noqa: E402

sys.dont_write_bytecode = True
import queue_metrics  # noqa: E402

queue_metrics.start()
main()
