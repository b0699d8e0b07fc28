"""Builds of CodeBuild that really run.

The emulator's own succeed at once and run nothing. Here StartBuild leaves a build IN_PROGRESS and hands it to the build
runner of @slipway/local over its Unix socket. The runner answers with one line of JSON for each thing that happens; this
keeps the record that BatchGetBuilds gives, and sends the events that CodeBuild sends. A build lives as long as the
connection: whoever lets go of it, because of a stop, a time-out or its death, ends the build.

Sources: https://docs.aws.amazon.com/codebuild/latest/APIReference/ (overrides, phases, idempotency),
https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html (events).
"""

import contextvars
import copy
import hashlib
import http.client
import json
import os
import secrets
import socket
import threading
import time

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, new_uuid
from ministack.services import codebuild, eventbridge, iam, sts

# StartBuild's overrides, and where in the build's record they go.
OVERRIDES = {
    "sourceTypeOverride": ("source", "type"),
    "sourceLocationOverride": ("source", "location"),
    "buildspecOverride": ("source", "buildspec"),
    "gitCloneDepthOverride": ("source", "gitCloneDepth"),
    "gitSubmodulesConfigOverride": ("source", "gitSubmodulesConfig"),
    "insecureSslOverride": ("source", "insecureSsl"),
    "environmentTypeOverride": ("environment", "type"),
    "imageOverride": ("environment", "image"),
    "computeTypeOverride": ("environment", "computeType"),
    "privilegedModeOverride": ("environment", "privilegedMode"),
    "artifactsOverride": ("artifacts", None),
    "cacheOverride": ("cache", None),
    "encryptionKeyOverride": ("encryptionKey", None),
    "logsConfigOverride": ("logsConfig", None),
    "queuedTimeoutInMinutesOverride": ("queuedTimeoutInMinutes", None),
    "serviceRoleOverride": ("serviceRole", None),
    "timeoutInMinutesOverride": ("timeoutInMinutes", None),
}
OF_PROJECT = ("source", "artifacts", "cache", "environment", "serviceRole", "encryptionKey", "logsConfig")
IDEMPOTENT_SECONDS = 300

create_project = codebuild._create_project
lock = threading.RLock()
connections = {}  # build id -> connection to the runner
tokens = {}  # (account, region, token) -> (time, digest of the request, build id)


def shape(project):
    return {key: value for key, value in project.items() if not key.startswith("_")}


def keep(project, data):
    project.update({key: value for key, value in data.items() if key != "badgeEnabled"})
    project["badge"] = {"badgeEnabled": data.get("badgeEnabled", project["badge"]["badgeEnabled"])}


def create_whole_project(data):
    answer = create_project(data)
    if answer[0] == 200:
        keep(codebuild._projects[data["name"]], data)
        return json_response({"project": shape(codebuild._projects[data["name"]])})
    return answer


def update_whole_project(data):
    project = codebuild._projects.get(data.get("name", ""))
    if project is None:
        return error_response_json("ResourceNotFoundException", f"Project cannot be found: {data.get('name')}", 400)
    keep(project, data)
    project["lastModified"] = int(time.time())
    return json_response({"project": shape(project)})


def variables_of(project, data):
    given = {each["name"]: each for each in project["environment"].get("environmentVariables") or []}
    given.update({each["name"]: each for each in data.get("environmentVariablesOverride") or []})
    return [{"type": "PLAINTEXT", **each} for each in given.values()]


def settings_of(project, data):
    defaults = {"cache": {"type": "NO_CACHE"}, "logsConfig": {}}
    settings = {key: copy.deepcopy(project.get(key, defaults.get(key))) for key in OF_PROJECT}
    settings["timeoutInMinutes"] = project.get("timeoutInMinutes", 60)
    settings["queuedTimeoutInMinutes"] = project.get("queuedTimeoutInMinutes", 480)
    for override, (part, field) in OVERRIDES.items():
        if override not in data:
            continue
        if field is None:
            settings[part] = data[override]
        else:
            settings[part][field] = data[override]
    settings["environment"]["environmentVariables"] = variables_of(project, data)
    return settings


def logs_of(settings, project_name, build_uuid):
    wanted = settings["logsConfig"].get("cloudWatchLogs") or {}
    if wanted.get("status") == "DISABLED":
        return {"cloudWatchLogs": wanted}
    group = wanted.get("groupName") or f"/aws/codebuild/{project_name}"
    stream = "/".join(part for part in (wanted.get("streamName"), build_uuid) if part)
    prefix = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}"
    return {
        "groupName": group,
        "streamName": stream,
        "deepLink": f"https://console.aws.amazon.com/cloudwatch/home?region={get_region()}#logEvent:group={group};stream={stream}",
        "cloudWatchLogs": {"status": "ENABLED", **wanted},
        "cloudWatchLogsArn": f"{prefix}:log-stream:{stream}",
    }


def record_of(project, data):
    build_uuid = new_uuid()
    build_id = f"{project['name']}:{build_uuid}"
    settings = settings_of(project, data)
    logs = logs_of(settings, project["name"], build_uuid)
    del settings["logsConfig"]
    project["_builds"] = project.get("_builds", 0) + 1
    now = time.time()
    version = data.get("sourceVersion") or project.get("sourceVersion")
    return {
        "id": build_id,
        "arn": codebuild._build_arn(build_id),
        "buildNumber": project["_builds"],
        "startTime": now,
        "currentPhase": "QUEUED",
        "buildStatus": "IN_PROGRESS",
        "buildComplete": False,
        "projectName": project["name"],
        "phases": [
            {"phaseType": "SUBMITTED", "phaseStatus": "SUCCEEDED", "startTime": now, "endTime": now, "durationInSeconds": 0},
            {"phaseType": "QUEUED", "startTime": now},
        ],
        "logs": logs,
        "initiator": "codebuild-local",
        **({"sourceVersion": version} if version else {}),
        **settings,
    }


def refusal(project, data):
    if project is None:
        return error_response_json("ResourceNotFoundException", f"Project cannot be found: {data.get('projectName')}", 400)
    limit = project.get("concurrentBuildLimit")
    running = [
        build
        for build in codebuild._builds.values()
        if build["projectName"] == project["name"] and not build["buildComplete"]
    ]
    if limit and limit > 0 and len(running) >= limit:
        message = f"Cannot have more than {limit} builds in queue for the project"
        return error_response_json("AccountLimitExceededException", message, 400)
    return None


def repeated(data):
    """The build that the same token started before, an error for another request with it, or nothing."""
    key = (get_account_id(), get_region(), data.get("idempotencyToken"))
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    at, known, build_id = tokens.get(key, (0, None, None))
    if key[2] and time.time() - at < IDEMPOTENT_SECONDS:
        if known != digest:
            message = f"Parameters do not match with the initial request of idempotency token {key[2]}"
            return error_response_json("InvalidInputException", message, 400)
        return json_response({"build": copy.deepcopy(codebuild._builds[build_id])})
    return None


def start_build(data):
    with lock:
        answer = repeated(data)
        if answer is not None:
            return answer
        project = codebuild._projects.get(data.get("projectName", ""))
        refused = refusal(project, data)
        if refused is not None:
            return refused
        build = record_of(project, data)
        codebuild._builds[build["id"]] = build
        if data.get("idempotencyToken"):
            digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
            tokens[(get_account_id(), get_region(), data["idempotencyToken"])] = (time.time(), digest, build["id"])
        answer = json_response({"build": copy.deepcopy(build)})
    # Accounts and regions are told apart by the context of the request.
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run, build), daemon=True, name="slipway-build").start()
    return answer


def stop_build(data):
    build = codebuild._builds.get(data.get("id", ""))
    if build is None:
        return error_response_json("ResourceNotFoundException", f"Build {data.get('id')} does not exist", 400)
    finish(build, "STOPPED")
    return json_response({"build": copy.deepcopy(build)})


def batch_delete_builds(data):
    deleted, kept = [], []
    for build_id in data.get("ids", []):
        build = codebuild._builds.get(build_id)
        if build is None or not build["buildComplete"]:
            kept.append({"id": build_id, "statusCode": "NOT_FOUND" if build is None else "BUILD_IN_PROGRESS"})
            continue
        del codebuild._builds[build_id]
        deleted.append(build_id)
    return json_response({"buildsDeleted": deleted, "buildsNotDeleted": kept})


class RunnerConnection(http.client.HTTPConnection):
    """HTTP over the runner's Unix socket."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(os.environ["SLIPWAY_BUILD_SOCKET"])


def session_of(build):
    """Credentials of the project's role, as CodeBuild has them. @raises PermissionError when the role is not CodeBuild's."""
    arn = build["serviceRole"]
    name = arn.rpartition("/")[2]
    role = iam._roles.get(name)
    if role is None or "codebuild.amazonaws.com" not in json.dumps(role.get("AssumeRolePolicyDocument", "")):
        raise PermissionError(f"CodeBuild is not authorized to perform: sts:AssumeRole on {arn}")
    key = {"accessKeyId": f"ASIA{secrets.token_hex(8).upper()}", "secretAccessKey": secrets.token_hex(20), "sessionToken": secrets.token_hex(32)}
    session = f"AWSCodeBuild-{build['id'].rpartition(':')[2]}"
    sts.register_session(
        key["accessKeyId"],
        {
            "Arn": f"arn:aws:sts::{get_account_id()}:assumed-role/{name}/{session}",
            "UserId": f"{name}:{session}",
            "SecretAccessKey": key["secretAccessKey"],
            "SessionToken": key["sessionToken"],
            "Expiration": time.time() + 60 * build["timeoutInMinutes"] + 600,
        },
    )
    return key


def run(build):
    tell_state(build)
    end_phase(build, "QUEUED", "SUCCEEDED")
    begin_phase(build, "PROVISIONING")
    timer = threading.Timer(60 * build["timeoutInMinutes"], contextvars.copy_context().run, (finish, build, "TIMED_OUT"))
    timer.daemon = True
    timer.start()
    try:
        follow(build, session_of(build))
    except PermissionError as refused:
        finish(build, "FAILED", "ACCESS_DENIED", str(refused))
    except (OSError, http.client.HTTPException, ValueError) as problem:
        finish(build, "FAULT", "INTERNAL_SERVICE_ERROR", f"The build runner does not answer: {problem}")
    finally:
        timer.cancel()
        connections.pop(build["id"], None)
    # The runner went away without a last word.
    finish(build, "FAULT", "INTERNAL_SERVICE_ERROR", "The build runner ended before the build did")


def follow(build, credentials):
    connection = RunnerConnection("runner")
    connection.connect()
    connections[build["id"]] = connection
    order = {"build": build, "credentials": credentials, "account": get_account_id(), "region": get_region()}
    connection.request("POST", "/builds", json.dumps(order), {"content-type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise ValueError(f"it answered {answer.status}: {answer.read(500).decode(errors='replace')}")
    for line in answer:
        with lock:
            if build["buildComplete"]:
                return
            take(build, json.loads(line))


def take(build, news):
    if news["kind"] == "began":
        begin_phase(build, news["phase"])
    elif news["kind"] == "ended":
        end_phase(build, news["phase"], news["status"], news.get("contexts"))
    elif news["kind"] == "facts":
        build.update(news["facts"])
    elif news["kind"] == "done":
        finish(build, news["status"])


def begin_phase(build, phase):
    build["currentPhase"] = phase
    build["phases"].append({"phaseType": phase, "startTime": time.time()})


def end_phase(build, phase, status, contexts=None):
    found = next(each for each in reversed(build["phases"]) if each["phaseType"] == phase)
    found["phaseStatus"] = status
    found["endTime"] = time.time()
    found["durationInSeconds"] = round(found["endTime"] - found["startTime"])
    if contexts:
        found["contexts"] = contexts
    tell_phase(build, found)


def finish(build, status, code=None, message=None):
    """Ends a build that has not ended; whatever the runner does about it is let go of."""
    with lock:
        if build["buildComplete"]:
            return
        build["buildComplete"] = True
        build["buildStatus"] = status
        current = build["phases"][-1]
        if "endTime" not in current:
            contexts = [{"statusCode": code, "message": message}] if code else None
            end_phase(build, current["phaseType"], status, contexts)
        build["currentPhase"] = "COMPLETED"
        build["endTime"] = time.time()
        build["phases"].append({"phaseType": "COMPLETED", "startTime": build["endTime"]})
        tell_state(build)
        let_go(build)


def let_go(build):
    connection = connections.pop(build["id"], None)
    if connection is not None and connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # The runner was faster.


def written(moment):
    return time.strftime("%b %d, %Y %I:%M:%S %p", time.gmtime(moment)).replace(" 0", " ")


def context_of(phase):
    return [f"{each.get('statusCode', '')}: {each.get('message', '')}" for each in phase.get("contexts", [])]


def phase_told(phase):
    told = {"phase-context": context_of(phase), "phase-type": phase["phaseType"], "start-time": written(phase["startTime"])}
    if "endTime" in phase:
        told["end-time"] = written(phase["endTime"])
        told["duration-in-seconds"] = phase["durationInSeconds"]
        told["phase-status"] = phase["phaseStatus"]
    return told


def information(build):
    environment, artifacts, logs = build["environment"], build.get("artifacts") or {}, build["logs"]
    hashes = {"md5sum": artifacts.get("md5sum"), "sha256sum": artifacts.get("sha256sum"), "location": artifacts.get("location")}
    told = {
        "artifact": {key: value for key, value in hashes.items() if value},
        "build-complete": build["buildComplete"],
        "build-number": build["buildNumber"],
        "build-start-time": written(build["startTime"]),
        "cache": {"type": build["cache"]["type"]},
        "environment": {
            "compute-type": environment.get("computeType"),
            "environment-variables": environment["environmentVariables"],
            "image": environment.get("image"),
            "privileged-mode": environment.get("privilegedMode", False),
            "type": environment.get("type"),
        },
        "initiator": build["initiator"],
        "logs": {"deep-link": logs.get("deepLink"), "group-name": logs.get("groupName"), "stream-name": logs.get("streamName")},
        "phases": [phase_told(phase) for phase in build["phases"]],
        "queued-timeout-in-minutes": build["queuedTimeoutInMinutes"],
        "source": {key: build["source"][key] for key in ("buildspec", "location", "type") if key in build["source"]},
        "timeout-in-minutes": build["timeoutInMinutes"],
    }
    return {**told, **({"source-version": build["sourceVersion"]} if "sourceVersion" in build else {})}


def tell(build, detail_type, detail):
    entry = {
        "Source": "aws.codebuild",
        "DetailType": detail_type,
        "Resources": [build["arn"]],
        "Detail": json.dumps({**detail, "project-name": build["projectName"], "build-id": build["arn"], "version": "1"}),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def tell_state(build):
    phase = build["phases"][-1] if build["buildComplete"] else build["phases"][0]
    tell(
        build,
        "CodeBuild Build State Change",
        {
            "build-status": build["buildStatus"],
            "additional-information": information(build),
            "current-phase": phase["phaseType"],
            "current-phase-context": json.dumps(context_of(phase)),
        },
    )


def tell_phase(build, phase):
    tell(
        build,
        "CodeBuild Build Phase Change",
        {
            "completed-phase": phase["phaseType"],
            "completed-phase-status": phase["phaseStatus"],
            "completed-phase-context": json.dumps(context_of(phase)),
            "completed-phase-start": written(phase["startTime"]),
            "completed-phase-end": written(phase["endTime"]),
            "completed-phase-duration-seconds": phase["durationInSeconds"],
            "additional-information": information(build),
        },
    )


def install():
    codebuild._project_shape = shape
    codebuild._create_project = create_whole_project
    codebuild._update_project = update_whole_project
    codebuild._start_build = start_build
    codebuild._stop_build = stop_build
    codebuild._batch_delete_builds = batch_delete_builds
