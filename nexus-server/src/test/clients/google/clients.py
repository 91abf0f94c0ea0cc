"""What Google's Python clients are asked to do, and how the outcome is told: a line of JSON an operation, which a test reads."""

import asyncio
import concurrent.futures
import json
import os
import sys

import pydantic
from google import genai
from google.genai import errors, types
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_google_genai import ChatGoogleGenerativeAI

URL = os.environ["NEXUS_URL"]
KEY = os.environ["NEXUS_KEY"]
POOR_KEY = os.environ["NEXUS_POOR_KEY"]
UNHEARD_KEY = os.environ["NEXUS_UNHEARD_KEY"]
SHORT_KEY = os.environ["NEXUS_SHORT_KEY"] + "genai"
TEXT = "Hello from upstream"


class City(pydantic.BaseModel):
    """Where and how warm."""

    city: str
    degrees: float


def weather(city: str, degrees: float) -> str:
    """Tells it."""
    return "21"


def same(found, right):
    assert found == right, f"expected {right!r}, found {found!r}"


def fails(status, call):
    try:
        call()
    except errors.APIError as e:
        same(e.code, status)
        return str(e)
    raise AssertionError(f"expected status {status}, but it succeeded")


def run(client, operations):
    for operation, call in operations.items():
        line = {"client": client, "operation": operation, "ok": True}
        try:
            call()
        except Exception as e:
            line |= {"ok": False, "error": f"{type(e).__name__}: {e}"[:1500]}
        print(json.dumps(line), flush=True)


def of_genai():
    def at(key, **options):
        client = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=URL, **options))
        clients.append(client)  # One that nobody holds is closed at once.
        return client

    clients = []
    client = at(KEY)
    models = client.models

    def generate():
        answer = models.generate_content(model="m", contents="Hello")
        same(answer.text, TEXT)
        same(answer.usage_metadata.thoughts_token_count, 2)

    def version_1():
        same(at(KEY, api_version="v1").models.generate_content(model="m", contents="Hello").text, TEXT)

    def stream():
        chunks = list(models.generate_content_stream(model="m", contents="Hello"))
        same("".join(chunk.text or "" for chunk in chunks), TEXT)
        same(chunks[-1].candidates[0].finish_reason, types.FinishReason.STOP)
        assert chunks[-1].usage_metadata.total_token_count > 0

    def asynchronous():
        async def both():
            aio = client.aio.models
            same((await aio.generate_content(model="m", contents="Hello")).text, TEXT)
            text = ""
            async for chunk in await aio.generate_content_stream(model="m", contents="Hello"):
                text += chunk.text or ""
            same(text, TEXT)

        asyncio.run(both())

    def tools():
        config = types.GenerateContentConfig(tools=[weather])
        same(models.generate_content(model="m", contents="Hello", config=config).text, TEXT)

    def structured():
        config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=City)
        same(models.generate_content(model="m", contents="Hello", config=config).parsed.city, "Köln")

    def thinking():
        config = types.GenerateContentConfig(
            system_instruction="Be nice",
            max_output_tokens=50,
            thinking_config=types.ThinkingConfig(thinking_budget=20),
            service_tier="standard",
        )
        same(models.generate_content(model="m", contents="Hello", config=config).text, TEXT)

    def image():
        part = types.Part.from_bytes(data=b"\x89PNG" * 500, mime_type="image/png")
        same(models.generate_content(model="m", contents=[part, "Hello"]).text, TEXT)

    def search():
        config = types.GenerateContentConfig(tools=[types.Tool(google_search=types.GoogleSearch())])
        same(models.generate_content(model="m", contents="search", config=config).text, TEXT)

    def chat():
        same(client.chats.create(model="m").send_message("Hello").text, TEXT)

    def count():
        same(models.count_tokens(model="m", contents="Hello").total_tokens, 31)

    def embed():
        answer = models.embed_content(model="m", contents=["Hello", "again"])
        same([e.values for e in answer.embeddings], [[1.0, 2.0], [1.0, 2.0]])

    def listed():
        assert "models/m" in [each.name for each in models.list()]
        same(models.get(model="m").name, "models/m")

    def cut_off():
        chunks = list(at(SHORT_KEY).models.generate_content_stream(model="m", contents="endless"))
        same(chunks[-1].candidates[0].finish_reason, types.FinishReason.MAX_TOKENS)

    def breaks_off():
        try:
            list(at(UNHEARD_KEY).models.generate_content_stream(model="m", contents="break"))
        except errors.APIError as e:
            assert "broke off" in str(e), str(e)
            return
        raise AssertionError("nothing was raised")

    def many():
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(lambda _: models.generate_content(model="m", contents="Hello").text, range(64)))
        same(answers.count(TEXT), 64)

    def over():
        said = fails(402, lambda: at(POOR_KEY).models.generate_content(model="m", contents="Hello"))
        assert "Budget limit exceeded, request rejected" in said, said
        fails(402, lambda: list(at(POOR_KEY).models.generate_content_stream(model="m", contents="Hello")))

    run(
        "google-genai (Python)",
        {
            "generate": generate,
            "version 1": version_1,
            "stream": stream,
            "asynchronous": asynchronous,
            "tools": tools,
            "structured": structured,
            "thinking": thinking,
            "image": image,
            "search": search,
            "chat": chat,
            "count": count,
            "embed": embed,
            "models": listed,
            "cut off at a limit": cut_off,
            "a backend that breaks off": breaks_off,
            "many at once": many,
            "over budget": over,
            "unknown model": lambda: fails(404, lambda: models.generate_content(model="none", contents="Hello")),
            "wrong key": lambda: fails(401, lambda: at("nx-wrong").models.generate_content(model="m", contents="Hello")),
        },
    )


def of_langchain():
    def at(key, model="m"):
        return ChatGoogleGenerativeAI(model=model, google_api_key=key, base_url=URL, max_retries=0)

    def says(text, call):
        try:
            call()
        except Exception as e:
            assert text in str(e), str(e)
            return
        raise AssertionError("it succeeded")

    def invoke():
        answer = at(KEY).invoke("Hello")
        same(answer.text, TEXT)
        assert answer.usage_metadata["total_tokens"] > 0

    def stream():
        same("".join(chunk.text for chunk in at(KEY).stream("Hello")), TEXT)

    def tools():
        bound = at(KEY).bind_tools([weather])
        first = bound.invoke("Hello")
        call = first.tool_calls[0]
        same(call["args"]["city"], "Köln")
        answer = bound.invoke([HumanMessage("Hello"), first, ToolMessage("21", tool_call_id=call["id"], name="weather")])
        same(answer.text, TEXT)

    def structured():
        same(at(KEY).with_structured_output(City, method="json_schema").invoke("Hello").city, "Köln")

    run(
        "langchain, google (Python)",
        {
            "invoke": invoke,
            "stream": stream,
            "tools": tools,
            "structured": structured,
            "over budget": lambda: says("Budget limit exceeded", lambda: at(POOR_KEY).invoke("Hello")),
            "unknown model": lambda: says("does not exist", lambda: at(KEY, "none").invoke("Hello")),
            "wrong key": lambda: says("API key", lambda: at("nx-wrong").invoke("Hello")),
        },
    )


{"genai": of_genai, "langchain": of_langchain}[sys.argv[1]]()
