import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { embed, generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'
import { expect, fails, key, model, poorKey, run, same } from './checks.mjs'

const shape = z.object({ city: z.string(), degrees: z.number() })
const weather = tool({ description: 'Tells it', inputSchema: shape, execute: async () => '21' })
const at = (apiKey) => createGoogleGenerativeAI({ baseURL: process.env.NEXUS_URL + '/v1beta', apiKey })
const of = (apiKey) => at(apiKey)(model)

await run('ai, google (Node)', {
  async generate() {
    const answer = await generateText({ model: of(key), prompt: 'Hello' })
    same(answer.text, 'Hello from upstream')
    same(answer.usage.reasoningTokens, 2)
  },
  async stream() {
    const answer = streamText({ model: of(key), prompt: 'Hello' })
    let text = ''
    for await (const part of answer.textStream) text += part
    same(text, 'Hello from upstream')
    same(await answer.finishReason, 'stop')
    expect((await answer.usage).totalTokens > 0, 'the stream tells no usage')
  },
  async tools() {
    const answer = await generateText({ model: of(key), prompt: 'Hello', tools: { weather }, stopWhen: stepCountIs(3) })
    same(answer.steps.length, 2)
    same(answer.text, 'Hello from upstream')
  },
  async structured() {
    const answer = await generateText({ model: of(key), prompt: 'Hello', output: Output.object({ schema: shape }) })
    same(answer.output.city, 'Köln')
  },
  async embed() {
    same((await embed({ model: at(key).embedding(model), value: 'Hello' })).embedding.join(), '1,2')
  },
  async 'cut off at a limit'() {
    const answer = streamText({ model: of(process.env.NEXUS_SHORT_KEY + 'ai.mjs'), prompt: 'endless' })
    for await (const part of answer.textStream) expect(part, 'text')
    same(await answer.finishReason, 'length')
  },
  async abort() {
    const controller = new AbortController()
    const answer = streamText({ model: of(process.env.NEXUS_UNHEARD_KEY), prompt: 'slowly', abortSignal: controller.signal, onError() {} })
    for await (const part of answer.textStream) {
      if (part) { controller.abort(); break }
    }
  },
  'over budget': () => fails(402, () => generateText({ model: of(poorKey), prompt: 'Hello' })),
  'unknown model': () => fails(404, () => generateText({ model: at(key)('nobody-has-this'), prompt: 'Hello' })),
  'wrong key': () => fails(401, () => generateText({ model: of('nx-wrong'), prompt: 'Hello' })),
})
