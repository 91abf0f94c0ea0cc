"""What Anthropic's client for Python is asked to do, and how the outcome is told: a line of JSON an operation, which a test reads."""

import concurrent.futures
import json
import os

import anthropic

URL = os.environ["NEXUS_URL"]
KEY = os.environ["NEXUS_KEY"]
POOR_KEY = os.environ["NEXUS_POOR_KEY"]
TEXT = "Hello from upstream"
HELLO = [{"role": "user", "content": "Hello"}]
ASK = {"model": "m", "max_tokens": 50, "messages": HELLO}
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "number"}},
    "required": ["city", "degrees"],
    "additionalProperties": False,
}
TOOLS = [{"name": "weather", "description": "Tells it", "input_schema": CITY}]


def of(key):
    return anthropic.Anthropic(base_url=URL, api_key=key)


CLIENT = of(KEY)


def same(found, right):
    assert found == right, f"expected {right!r}, found {found!r}"


def fails(status, call):
    try:
        call()
    except anthropic.APIStatusError as e:
        same(e.status_code, status)
        return
    raise AssertionError(f"expected status {status}, but it succeeded")


def create():
    answer = CLIENT.messages.create(**ASK)
    same(answer.content[0].text, TEXT)
    same(answer.usage.output_tokens, 7)


def stream():
    with CLIENT.messages.stream(**ASK) as events:
        same("".join(events.text_stream), TEXT)
        same(events.get_final_message().usage.output_tokens, 7)


def tools():
    first = CLIENT.messages.create(**ASK, tools=TOOLS)
    call = next(block for block in first.content if block.type == "tool_use")
    same(call.input["city"], "Köln")
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "21"}
    turn = [*HELLO, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    same(CLIENT.messages.create(**{**ASK, "messages": turn}, tools=TOOLS).content[0].text, TEXT)


def structured():
    answer = CLIENT.messages.create(**ASK, output_config={"format": {"type": "json_schema", "schema": CITY}})
    same(json.loads(answer.content[0].text)["city"], "Köln")


def count():
    same(CLIENT.messages.count_tokens(model="m", messages=HELLO).input_tokens, 14)


def models():
    same([each.id for each in CLIENT.models.list()], ["m"])


def abort():
    with CLIENT.messages.stream(**{**ASK, "messages": [{"role": "user", "content": "slowly"}]}) as events:
        for _ in events.text_stream:
            break


def hundred():
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: CLIENT.messages.create(**ASK), range(100)))
    same(sum(a.content[0].text == TEXT for a in answers), 100)


OPERATIONS = {
    "create": create,
    "stream": stream,
    "tools": tools,
    "structured": structured,
    "count tokens": count,
    "models": models,
    "abort": abort,
    "a hundred at once": hundred,
    "over budget": lambda: fails(402, lambda: of(POOR_KEY).messages.create(**ASK)),
    "unknown model": lambda: fails(404, lambda: CLIENT.messages.create(**{**ASK, "model": "nobody-has-this"})),
    "wrong key": lambda: fails(401, lambda: of("nx-wrong").messages.create(**ASK)),
}

for operation, call in OPERATIONS.items():
    line = {"client": "anthropic (Python)", "operation": operation, "ok": True}
    try:
        call()
    except Exception as e:
        line |= {"ok": False, "error": f"{type(e).__name__}: {e}"[:1500]}
    print(json.dumps(line), flush=True)
