"""Pictures, sound and rerank by OpenAI's client."""

import openai
from clients import BASE, KEY, POOR_KEY, fails, run, same

client = openai.OpenAI(base_url=BASE, api_key=KEY)
poor = openai.OpenAI(base_url=BASE, api_key=POOR_KEY)
PICTURE = {"model": "gpt-image-1", "prompt": "a cat", "size": "1024x1024", "quality": "low"}
ORDER = {"model": "rerank-v3.5", "query": "q", "documents": ["a", "b"]}
WAV = ("a.wav", b"RIFF" + b"A" * 9000)


def image():
    answer = client.images.generate(**PICTURE)
    same(answer.data[0].b64_json, "QUJD")
    assert answer.usage.cost > 0


def edited():
    same(client.images.edit(**PICTURE, image=("a.png", b"A" * 900)).data[0].b64_json, "QUJD")


def speech():
    same(client.audio.speech.create(model="tts-1", voice="alloy", input="Hello").read(), b"ID3 sound")


def transcription():
    same(client.audio.transcriptions.create(model="whisper-1", file=WAV).text, "Hello")


def rerank():
    same(client.post("/rerank", body=ORDER, cast_to=object)["results"][0]["index"], 1)


run(
    "openai (Python), units",
    {
        "image": image,
        "image, edited": edited,
        "image, over budget": lambda: fails(429, lambda: poor.images.generate(**PICTURE)),
        "speech": speech,
        "transcription": transcription,
        "rerank": rerank,
    },
)
