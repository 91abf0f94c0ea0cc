// Pictures, sound and rerank by OpenAI's client.
import OpenAI, { toFile } from 'openai'
import { base, expect, fails, key, poorKey, run, same } from './checks.mjs'

const of = (apiKey) => new OpenAI({ baseURL: base, apiKey })
const client = of(key)
const picture = { model: 'gpt-image-1', prompt: 'a cat', size: '1024x1024', quality: 'low' }
const file = (name) => toFile(Buffer.from('RIFF' + 'A'.repeat(9000)), name)
const order = { model: 'rerank-v3.5', query: 'q', documents: ['a', 'b'] }

await run('openai (Node), units', {
  async image() {
    const answer = await client.images.generate(picture)
    same(answer.data[0].b64_json, 'QUJD')
    expect(answer.usage.cost > 0, 'the answer tells no cost')
  },
  async 'image, stream'() {
    const types = []
    for await (const event of await client.images.generate({ ...picture, stream: true })) types.push(event.type)
    same(types.join(), 'image_generation.completed')
  },
  async 'image, edited'() {
    same((await client.images.edit({ ...picture, image: await file('a.png') })).data[0].b64_json, 'QUJD')
  },
  'image, over budget': () => fails(429, () => of(poorKey).images.generate(picture)),
  async speech() {
    const sound = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello' })
    same(Buffer.from(await sound.arrayBuffer()).toString(), 'ID3 sound')
  },
  async transcription() {
    same((await client.audio.transcriptions.create({ model: 'whisper-1', file: await file('a.wav') })).text, 'Hello')
  },
  async 'spoken translation'() {
    same((await client.audio.translations.create({ model: 'whisper-1', file: await file('a.wav') })).text, 'Hello')
  },
  async rerank() {
    same((await client.post('/rerank', { body: order })).results[0].index, 1)
  },
  'rerank, over budget': () => fails(429, () => of(poorKey).post('/rerank', { body: order })),
})
