import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents'
import { z } from 'zod'
import { base, fails, key, model, poorKey, run, same } from './checks.mjs'

setTracingDisabled(true)
const shape = z.object({ city: z.string(), degrees: z.number() })
const weather = tool({ name: 'weather', description: 'Tells it', parameters: shape, execute: async () => '21' })
const runner = (apiKey = key) =>
  new Runner({ modelProvider: new OpenAIProvider({ baseURL: base, apiKey, useResponses: false }), tracingDisabled: true })
const agent = (more = {}) => new Agent({ name: 'a', instructions: 'Be brief.', model, ...more })

await run('@openai/agents (Node)', {
  async chat() {
    same((await runner().run(agent(), 'Hello')).finalOutput, 'Hello from upstream')
  },
  async stream() {
    const result = await runner().run(agent(), 'Hello', { stream: true })
    let text = ''
    for await (const part of result.toTextStream()) text += part
    await result.completed
    same(text, 'Hello from upstream')
  },
  async tools() {
    same((await runner().run(agent({ tools: [weather] }), 'Hello')).finalOutput, 'Hello from upstream')
  },
  async structured() {
    same((await runner().run(agent({ outputType: shape }), 'Hello')).finalOutput.city, 'Köln')
  },
  'over budget': () => fails(429, () => runner(poorKey).run(agent(), 'Hello')),
  'unknown model': () => fails(404, () => runner().run(agent({ model: 'nobody-has-this' }), 'Hello')),
  'wrong key': () => fails(401, () => runner('nx-wrong').run(agent(), 'Hello')),
})
