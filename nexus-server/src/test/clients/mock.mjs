// An upstream for real programs: it answers a prompt with a sentence, calls the shell tool that it is offered when it is
// asked to "use the tool", and says what the tool said. GET /bill tells in dollars what it has billed at $3 and $15.
import { createServer } from 'node:http'

const OUTPUT = 20
let answers = 0
let micros = 0 // of a dollar

/** What the conversation asks for: a text, or a call. */
function turn(body) {
  const last = body.messages.findLast((message) => message.role === 'user')
  const blocks = typeof last.content === 'string' ? [{ type: 'text', text: last.content }] : last.content
  const result = blocks.find((block) => block.type === 'tool_result')
  if (result) {
    const said = typeof result.content === 'string' ? result.content : result.content.map((part) => part.text).join('')
    return { text: 'The tool said: ' + said.trim() }
  }
  const asked = blocks.some((block) => block.type === 'text' && block.text.includes('use the tool'))
  const shell = (body.tools ?? []).find((tool) => tool.name === 'Bash')
  return asked && shell ? { call: shell.name } : { text: 'Hello from upstream' }
}

function messages(body, bytes, response) {
  const usage = { input_tokens: Math.round(bytes / 4), output_tokens: OUTPUT }
  answers++
  micros += usage.input_tokens * 3 + usage.output_tokens * 15
  const { text, call } = turn(body)
  const input = { command: 'echo nexus-tool-ran', description: 'Says it' }
  const block = call ? { type: 'tool_use', id: 'toolu_' + answers, name: call, input } : { type: 'text', text }
  const stop = call ? 'tool_use' : 'end_turn'
  const message = { id: 'msg_' + answers, type: 'message', role: 'assistant', model: body.model, content: [block],
    stop_reason: stop, stop_sequence: null, usage }
  if (!body.stream) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message))
    return
  }
  const send = (type, fields) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  send('message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } })
  send('content_block_start', { index: 0, content_block: call ? { ...block, input: {} } : { ...block, text: '' } })
  const parts = call ? [JSON.stringify(input)] : text.split(/(?<= )/)
  for (const part of parts) {
    const delta = call ? { type: 'input_json_delta', partial_json: part } : { type: 'text_delta', text: part }
    send('content_block_delta', { index: 0, delta })
  }
  send('content_block_stop', { index: 0 })
  send('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: usage.output_tokens } })
  send('message_stop', {})
  response.end()
}

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://mock').pathname
  let text = ''
  request.on('data', (part) => { text += part })
  request.on('end', () => {
    const json = (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (path === '/bill') {
      response.end(String(micros / 1e6))
    } else if (path.endsWith('/models')) {
      json({ data: [{ type: 'model', id: 'mock-model', display_name: 'mock-model' }], has_more: false })
    } else if (path.endsWith('/count_tokens')) {
      json({ input_tokens: Math.round(text.length / 4) })
    } else if (path.endsWith('/messages')) {
      messages(JSON.parse(text), text.length, response)
    } else {
      response.writeHead(404).end()
    }
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
