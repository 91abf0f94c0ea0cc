import { HumanMessage, ToolMessage } from '@langchain/core/messages'
import { ChatGoogleGenerativeAI } from '@langchain/google-genai'
import { z } from 'zod'
import { expect, key, model, poorKey, run, same } from './checks.mjs'

const shape = z.object({ city: z.string(), degrees: z.number() })
const weather = { name: 'weather', description: 'Tells it', schema: shape }
const at = (apiKey, more) => new ChatGoogleGenerativeAI({ model, apiKey, baseUrl: process.env.NEXUS_URL, maxRetries: 0, ...more })

async function says(text, call) {
  const error = await call().then(() => new Error('it succeeded'), (e) => e)
  expect(String(error.message).includes(text), error.message)
}

await run('langchain, google (Node)', {
  async invoke() {
    const answer = await at(key).invoke('Hello')
    same(answer.text, 'Hello from upstream')
    expect(answer.usage_metadata.total_tokens > 0, 'the answer tells no usage')
  },
  async stream() {
    let text = ''
    for await (const chunk of await at(key).stream('Hello')) text += chunk.text
    same(text, 'Hello from upstream')
  },
  async tools() {
    const bound = at(key).bindTools([weather])
    const first = await bound.invoke('Hello')
    same(first.tool_calls[0].args.city, 'Köln')
    const second = await bound.invoke([
      new HumanMessage('Hello'), first, new ToolMessage({ content: '21', tool_call_id: first.tool_calls[0].id ?? '1', name: 'weather' }),
    ])
    same(second.text, 'Hello from upstream')
  },
  'over budget': () => says('Budget limit exceeded', () => at(poorKey).invoke('Hello')),
  'unknown model': () => says('does not exist', () => at(key, { model: 'nobody-has-this' }).invoke('Hello')),
  'wrong key': () => says('API key', () => at('nx-wrong').invoke('Hello')),
})
