"""What Python's clients are asked to do, and how the outcome is told: a line of JSON an operation, which a test reads."""

import concurrent.futures
import json
import os
import sys

import openai
import pydantic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI

BASE = os.environ["NEXUS_URL"] + "/v1"
KEY = os.environ["NEXUS_KEY"]
POOR_KEY = os.environ["NEXUS_POOR_KEY"]
HELLO = [{"role": "user", "content": "Hello"}]
SLOWLY = [{"role": "user", "content": "slowly"}]
TEXT = "Hello from upstream"


class City(pydantic.BaseModel):
    """Where and how warm."""

    city: str
    degrees: float


WEATHER = {
    "type": "function",
    "function": {"name": "weather", "description": "Tells it", "parameters": City.model_json_schema()},
}


def same(found, right):
    assert found == right, f"expected {right!r}, found {found!r}"


def fails(status, call):
    try:
        call()
    except openai.APIStatusError as e:
        same(e.status_code, status)
        return
    raise AssertionError(f"expected status {status}, but it succeeded")


def run(client, operations):
    for operation, call in operations.items():
        line = {"client": client, "operation": operation, "ok": True}
        try:
            call()
        except Exception as e:
            line |= {"ok": False, "error": f"{type(e).__name__}: {e}"[:1500]}
        print(json.dumps(line), flush=True)


def of_openai():
    client = openai.OpenAI(base_url=BASE, api_key=KEY)
    create = client.chat.completions.create

    def chat():
        answer = create(model="m", messages=HELLO)
        same(answer.choices[0].message.content, TEXT)
        assert answer.usage.total_tokens > 0

    def stream():
        chunks = list(create(model="m", messages=HELLO, stream=True, stream_options={"include_usage": True}))
        same("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), TEXT)
        assert chunks[-1].usage.total_tokens > 0

    def tools():
        first = create(model="m", messages=HELLO, tools=[WEATHER]).choices[0].message
        call = first.tool_calls[0]
        same(json.loads(call.function.arguments)["city"], "Köln")
        turn = [*HELLO, first, {"role": "tool", "tool_call_id": call.id, "content": "21"}]
        same(create(model="m", messages=turn, tools=[WEATHER]).choices[0].message.content, TEXT)

    def completion():
        answer = client.completions.create(model="m", prompt="Hello", max_tokens=9)
        same(answer.choices[0].text, TEXT)

    def completion_stream():
        chunks = client.completions.create(model="m", prompt="Hello", stream=True, max_tokens=9)
        same("".join(c.choices[0].text for c in chunks if c.choices), TEXT)

    def embeddings():
        same(client.embeddings.create(model="m", input=["Hello", "again"]).data[0].embedding, [1.0, 2.0])
        same(client.embeddings.create(model="m", input=[1, 2, 3]).data[0].embedding, [1.0, 2.0])

    def one_model():
        same(client.models.retrieve("m").id, "m")

    def moderation():
        same(client.moderations.create(model="m", input="Hello").results[0].flagged, False)

    def structured():
        answer = client.chat.completions.parse(model="m", messages=HELLO, response_format=City)
        same(answer.choices[0].message.parsed.city, "Köln")

    def abort():
        with create(model="m", messages=SLOWLY, stream=True) as chunks:
            for chunk in chunks:
                if chunk.choices and chunk.choices[0].delta.content:
                    break

    def hundred():
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda _: create(model="m", messages=HELLO), range(100)))
        same(sum(a.choices[0].message.content == TEXT for a in answers), 100)

    def models():
        assert "m" in [each.id for each in client.models.list()]

    def with_key(key):
        return openai.OpenAI(base_url=BASE, api_key=key).chat.completions.create

    run(
        "openai (Python)",
        {
            "chat": chat,
            "stream": stream,
            "tools": tools,
            "structured": structured,
            "completion": completion,
            "completion, stream": completion_stream,
            "embeddings": embeddings,
            "moderation": moderation,
            "one model": one_model,
            "models": models,
            "abort": abort,
            "a hundred at once": hundred,
            "over budget": lambda: fails(429, lambda: with_key(POOR_KEY)(model="m", messages=HELLO)),
            "unknown model": lambda: fails(404, lambda: create(model="nobody-has-this", messages=HELLO)),
            "wrong key": lambda: fails(401, lambda: with_key("nx-wrong")(model="m", messages=HELLO)),
        },
    )


def of_langchain():
    def chat(key=KEY, model="m"):
        return ChatOpenAI(model=model, base_url=BASE, api_key=key, use_responses_api=False, stream_usage=True)

    def plain():
        answer = chat().invoke("Hello")
        same(answer.content, TEXT)
        assert answer.usage_metadata["total_tokens"] > 0

    def stream():
        same("".join(chunk.content for chunk in chat().stream("Hello")), TEXT)

    def tools():
        bound = chat().bind_tools([WEATHER])
        question = HumanMessage("Hello")
        first = bound.invoke([question])
        same(first.tool_calls[0]["args"]["city"], "Köln")
        result = ToolMessage("21", tool_call_id=first.tool_calls[0]["id"])
        same(bound.invoke([question, first, result]).content, TEXT)

    def structured():
        same(chat().with_structured_output(City, method="json_schema").invoke("Hello").city, "Köln")

    def abort():
        for chunk in chat().stream("slowly"):
            if chunk.content:
                break

    def hundred():
        answers = chat().batch(["Hello"] * 100, config={"max_concurrency": 100})
        same(sum(a.content == TEXT for a in answers), 100)

    run(
        "LangChain (Python)",
        {
            "chat": plain,
            "stream": stream,
            "tools": tools,
            "structured": structured,
            "abort": abort,
            "a hundred at once": hundred,
            "over budget": lambda: fails(429, lambda: chat(POOR_KEY).invoke("Hello")),
            "unknown model": lambda: fails(404, lambda: chat(model="nobody-has-this").invoke("Hello")),
            "wrong key": lambda: fails(401, lambda: chat("nx-wrong").invoke("Hello")),
        },
    )


if __name__ == "__main__":
    {"openai": of_openai, "langchain": of_langchain}[sys.argv[1]]()
