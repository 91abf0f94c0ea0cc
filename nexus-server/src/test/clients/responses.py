"""What Python's clients of the Responses API are asked to do, and programs that are built on them."""

import concurrent.futures
import time

import openai
import pydantic_ai
from clients import BASE, KEY, POOR_KEY, TEXT, City, fails, run, same
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

TOOL = {
    "type": "function",
    "name": "weather",
    "description": "Tells it",
    "parameters": City.model_json_schema() | {"additionalProperties": False},
    "strict": True,
}


def weather(city: str, degrees: float) -> str:
    """Tells it."""
    return "21"


def of_openai():
    client = openai.OpenAI(base_url=BASE, api_key=KEY)
    responses = client.responses
    ask = {"model": "m", "input": "Hello"}

    def create():
        answer = responses.create(**ask)
        same(answer.output_text, TEXT)
        same(answer.usage.input_tokens_details.cached_tokens, 4)
        assert answer.usage.cost > 0

    def stream():
        with responses.stream(**ask) as events:
            deltas = "".join(e.delta for e in events if e.type == "response.output_text.delta")
            same(deltas, TEXT)
            same(events.get_final_response().usage.output_tokens, 7)

    def tools():
        first = responses.create(**ask, tools=[TOOL])
        call = first.output[0]
        same(call.name, "weather")
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "21"}
        turn = [{"role": "user", "content": "Hello"}, *first.output, result]
        same(responses.create(model="m", input=turn, tools=[TOOL]).output_text, TEXT)

    def structured():
        same(responses.parse(**ask, text_format=City).output_parsed.city, "Köln")

    def continued():
        first = responses.create(**ask)
        same(responses.create(**ask, previous_response_id=first.id).previous_response_id, first.id)
        same(responses.retrieve(first.id).output_text, TEXT)
        same(list(responses.input_items.list(first.id))[0].content[0].text, "Hello")
        responses.delete(first.id)
        fails(404, lambda: responses.retrieve(first.id))

    def conversation():
        begun = client.conversations.create()
        same(responses.create(**ask, conversation=begun.id).output_text, TEXT)
        same(list(client.conversations.items.list(begun.id))[0].id, "msg_1")
        client.conversations.delete(begun.id)
        fails(404, lambda: client.conversations.retrieve(begun.id))

    def background():
        answer = responses.create(**ask, background=True)
        same(answer.status, "queued")
        while answer.status == "queued":
            time.sleep(0.02)
            answer = responses.retrieve(answer.id)
        same(answer.output_text, TEXT)

    def cancel():
        same(responses.cancel(responses.create(**ask, background=True).id).status, "cancelled")

    def count():
        same(responses.input_tokens.count(**ask).input_tokens, 11)

    def abort():
        with responses.create(model="m", input="slowly", stream=True, max_output_tokens=50) as events:
            for event in events:
                if event.type == "response.output_text.delta":
                    break

    def hundred():
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda _: responses.create(**ask), range(100)))
        same(sum(a.output_text == TEXT for a in answers), 100)

    def with_key(key):
        return openai.OpenAI(base_url=BASE, api_key=key).responses.create

    return {
        "create": create,
        "stream": stream,
        "tools": tools,
        "structured": structured,
        "continued": continued,
        "conversation": conversation,
        "background": background,
        "cancel": cancel,
        "input tokens": count,
        "abort": abort,
        "a hundred at once": hundred,
        "over budget": lambda: fails(429, lambda: with_key(POOR_KEY)(**ask)),
        "unknown model": lambda: fails(404, lambda: responses.create(model="nobody-has-this", input="Hello")),
        "wrong key": lambda: fails(401, lambda: with_key("nx-wrong")(**ask)),
    }


def of_langchain():
    def chat(key=KEY, model="m", **more):
        return ChatOpenAI(model=model, base_url=BASE, api_key=key, use_responses_api=True, **more)

    def create():
        answer = chat().invoke("Hello")
        same(answer.text, TEXT)
        same(answer.usage_metadata["output_tokens"], 7)

    def stream():
        same("".join(chunk.text for chunk in chat().stream("Hello")), TEXT)

    def tools():
        bound = chat().bind_tools([TOOL])
        question = HumanMessage("Hello")
        first = bound.invoke([question])
        same(first.tool_calls[0]["args"]["city"], "Köln")
        result = ToolMessage("21", tool_call_id=first.tool_calls[0]["id"])
        same(bound.invoke([question, first, result]).text, TEXT)

    def structured():
        same(chat().with_structured_output(City, method="json_schema").invoke("Hello").city, "Köln")

    def agent(responses):
        model = ChatOpenAI(model="m", base_url=BASE, api_key=KEY, use_responses_api=responses)
        turns = create_agent(model, tools=[weather]).invoke({"messages": [("user", "Hello")]})["messages"]
        same([each.type for each in turns], ["human", "ai", "tool", "ai"])
        same(turns[-1].text, TEXT)

    def abort():
        for chunk in chat(max_tokens=50).stream("slowly"):
            if chunk.text:
                break

    return {
        "create": create,
        "stream": stream,
        "tools": tools,
        "structured": structured,
        "agent": lambda: agent(True),
        "agent, chat": lambda: agent(False),
        "abort": abort,
        "over budget": lambda: fails(429, lambda: chat(POOR_KEY).invoke("Hello")),
        "unknown model": lambda: fails(404, lambda: chat(model="nobody-has-this").invoke("Hello")),
        "wrong key": lambda: fails(401, lambda: chat("nx-wrong").invoke("Hello")),
    }


def of_pydantic(kind):
    def agent(key=KEY, model="m", **more):
        return pydantic_ai.Agent(kind(model, provider=OpenAIProvider(base_url=BASE, api_key=key)), **more)

    def create():
        answer = agent().run_sync("Hello")
        same(answer.output, TEXT)
        same(answer.usage.output_tokens, 7)

    def stream():
        same("".join(agent().run_stream_sync("Hello").stream_text(delta=True)), TEXT)

    def tools():
        same(agent(tools=[weather]).run_sync("Hello").output, TEXT)

    def structured():
        same(agent(output_type=pydantic_ai.NativeOutput(City)).run_sync("Hello").output.city, "Köln")

    def refused(status, call):
        try:
            call()
        except pydantic_ai.exceptions.ModelHTTPError as e:
            same(e.status_code, status)
            return
        raise AssertionError(f"expected status {status}, but it succeeded")

    return {
        "create": create,
        "stream": stream,
        "tools": tools,
        "structured": structured,
        "over budget": lambda: refused(429, lambda: agent(POOR_KEY).run_sync("Hello")),
        "unknown model": lambda: refused(404, lambda: agent(model="nobody-has-this").run_sync("Hello")),
        "wrong key": lambda: refused(401, lambda: agent("nx-wrong").run_sync("Hello")),
    }


run("openai (Python), Responses", of_openai())
run("LangChain (Python), Responses", of_langchain())
run("pydantic-ai, Responses", of_pydantic(OpenAIResponsesModel))
run("pydantic-ai, chat", of_pydantic(OpenAIChatModel))
