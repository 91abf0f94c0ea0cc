import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'
import { base, expect, fails, key, model, poorKey, run, same } from './checks.mjs'

const shape = z.object({ city: z.string(), degrees: z.number() })
const weather = tool({ description: 'Tells it', inputSchema: shape, execute: async () => '21' })
const providers = {
  'ai, openai chat': (apiKey) => createOpenAI({ baseURL: base, apiKey }).chat,
  'ai, openai-compatible': (apiKey) =>
    createOpenAICompatible({ name: 'nexus', baseURL: base, apiKey, includeUsage: true, supportsStructuredOutputs: true }),
}
const operations = (of) => ({
  async chat() {
    const answer = await generateText({ model: of(key)(model), prompt: 'Hello' })
    same(answer.text, 'Hello from upstream')
    expect(answer.usage.totalTokens > 0, 'the answer tells no usage')
  },
  async stream() {
    const answer = streamText({ model: of(key)(model), prompt: 'Hello' })
    let text = ''
    for await (const part of answer.textStream) text += part
    same(text, 'Hello from upstream')
    expect((await answer.usage).totalTokens > 0, 'the stream tells no usage')
  },
  async tools() {
    const answer = await generateText({
      model: of(key)(model), prompt: 'Hello', tools: { weather }, stopWhen: stepCountIs(3),
    })
    same(answer.steps.length, 2)
    same(answer.text, 'Hello from upstream')
  },
  async structured() {
    const answer = await generateText({ model: of(key)(model), prompt: 'Hello', output: Output.object({ schema: shape }) })
    same(answer.output.city, 'Köln')
  },
  async abort() {
    const controller = new AbortController()
    const answer = streamText({
      model: of(key)(model), prompt: 'slowly', abortSignal: controller.signal, onError() {},
    })
    for await (const part of answer.textStream) {
      if (part) { controller.abort(); break }
    }
  },
  async 'a hundred at once'() {
    const all = await Promise.all(
      Array.from({ length: 100 }, () => generateText({ model: of(key)(model), prompt: 'Hello' })))
    same(all.filter((each) => each.text === 'Hello from upstream').length, 100)
  },
  'over budget': () => fails(429, () => generateText({ model: of(poorKey)(model), prompt: 'Hello', maxRetries: 0 })),
  'unknown model': () => fails(404, () => generateText({ model: of(key)('nobody-has-this'), prompt: 'Hello' })),
  'wrong key': () => fails(401, () => generateText({ model: of('nx-wrong')(model), prompt: 'Hello' })),
})
const all = {}
for (const [name, of] of Object.entries(providers)) {
  for (const [operation, call] of Object.entries(operations(of))) all[`${name}: ${operation}`] = call
}
await run('ai (Node)', all)
