// An upstream for real programs that speaks chat, Messages, Responses and Google's API: it answers a prompt with a sentence,
// calls the shell tool that it is offered when it is asked to "use the tool", and says what the tool said.
// GET /bill tells in dollars what it has billed at $3 and $15; what is asked below /local costs nothing, and is counted by GET /local.
import { createServer } from 'node:http'

const OUTPUT = 20
const SHELLS = /^(bash|shell|exec_command|run_shell_command|run_commands|execute_command)$/i
let answers = 0
let local = 0
let micros = 0 // of a dollar

const words = (text) => text.split(/(?<= )/)
const textOf = (content) =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('')

/** Arguments of a shell tool that has it say something, by the tool's schema. */
function argumentsOf(schema) {
  const command = 'echo nexus-tool-ran'
  const value = ([name, { type, anyOf }]) => {
    const kind = type ?? anyOf?.[0]?.type
    if (kind === 'array') return [command]
    if (kind === 'boolean') return false
    if (kind === 'number' || kind === 'integer') return 10000
    return ['command', 'cmd', 'commands'].includes(name) ? command : 'Says it'
  }
  const all = Object.entries(schema.properties ?? {})
  const asked = all.filter(([name]) => (schema.required ?? []).includes(name) || ['command', 'cmd', 'commands'].includes(name))
  return Object.fromEntries(asked.map((each) => [each[0], value(each)]))
}

/** A value of a JSON schema. */
function valueOf(schema = {}) {
  if (schema.enum) return schema.enum[0]
  const type = schema.type ?? schema.anyOf?.[0]?.type
  if (type === 'object') return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, each]) => [name, valueOf(each)]))
  return { array: [], boolean: true, number: 21, integer: 21 }[type] ?? 'Paris'
}

/** What the conversation asks for: a text no longer than its limit, or a call. */
function turn({ asked, result, tools, choice, format, most = Infinity }) {
  if (result !== undefined) return { text: 'The tool said: ' + result.trim().replace(/\s+/g, ' ') }
  const shell = tools.find((tool) => SHELLS.test(tool.name))
  if (asked.includes('use the tool') && shell) return { call: { name: shell.name, input: argumentsOf(shell.schema ?? {}) } }
  const wanted = (choice?.name ? tools.find((tool) => tool.name === choice.name) : undefined) ?? (choice === 'any' ? tools[0] : undefined) ??
    (choice === 'none' ? undefined : tools.find((tool) => /weather/.test(tool.name ?? '') && /weather/i.test(asked)))
  if (wanted) return { call: { name: wanted.name, input: valueOf(wanted.schema) } }
  if (format) return { text: JSON.stringify(format === true ? { ok: true } : valueOf(format)) }
  const all = words('Hello from upstream')
  return { text: all.slice(0, most).join(''), cut: all.length > most }
}

/** One event after the other, each with its name where the API has one. */
function events(response, all, named) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const each of all) {
    response.write((named && each.type ? `event: ${each.type}\n` : '') + `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`)
  }
  response.end()
}

const chat = {
  read(body) {
    const last = body.messages.at(-1)
    const format = body.response_format
    return {
      asked: textOf(body.messages.findLast((message) => message.role === 'user')?.content),
      result: last.role === 'tool' ? textOf(last.content) : undefined,
      tools: (body.tools ?? []).map(({ function: { name, parameters } }) => ({ name, schema: parameters })),
      choice: body.tool_choice === 'required' ? 'any' : body.tool_choice?.function ?? body.tool_choice,
      format: format?.type === 'json_object' ? true : format?.json_schema?.schema,
      most: body.max_completion_tokens ?? body.max_tokens,
    }
  },
  write({ text, call, cut }, body, [input, output], id) {
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
    const calls = call && [{ index: 0, id: 'call_' + id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.input) } }]
    const finish_reason = call ? 'tool_calls' : cut ? 'length' : 'stop'
    const head = { id: 'chat_' + id, created: 1, model: body.model }
    if (!body.stream) {
      const message = { role: 'assistant', content: text ?? null, ...(calls && { tool_calls: calls }) }
      return { json: { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage } }
    }
    const chunk = (delta, finish = null) => ({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })
    const deltas = calls ? [{ tool_calls: calls }] : words(text).map((content) => ({ content }))
    return { events: [chunk({ role: 'assistant', content: '' }), ...deltas.map((delta) => chunk(delta)), chunk({}, finish_reason),
      { ...head, object: 'chat.completion.chunk', choices: [], usage }, '[DONE]'] }
  },
}

const messages = {
  read(body) {
    const last = body.messages.findLast((message) => message.role === 'user')
    const blocks = typeof last.content === 'string' ? [{ type: 'text', text: last.content }] : last.content
    const result = blocks.find((block) => block.type === 'tool_result')
    return { asked: textOf(blocks.filter((block) => block.type === 'text')), result: result && textOf(result.content),
      tools: (body.tools ?? []).map(({ name, input_schema }) => ({ name, schema: input_schema })),
      choice: body.tool_choice?.type === 'tool' ? body.tool_choice : body.tool_choice?.type, most: body.max_tokens,
      format: body.output_config?.format?.schema }
  },
  write({ text, call, cut }, body, [input_tokens, output_tokens], id) {
    const usage = { input_tokens, output_tokens }
    const block = call ? { type: 'tool_use', id: 'toolu_' + id, ...call } : { type: 'text', text }
    const stop_reason = call ? 'tool_use' : cut ? 'max_tokens' : 'end_turn'
    const message = { id: 'msg_' + id, type: 'message', role: 'assistant', model: body.model, content: [block], stop_reason, stop_sequence: null, usage }
    if (!body.stream) return { json: message }
    const deltas = call
      ? [{ type: 'input_json_delta', partial_json: JSON.stringify(call.input) }]
      : words(text).map((part) => ({ type: 'text_delta', text: part }))
    return { named: true, events: [
      { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: call ? { ...block, input: {} } : { ...block, text: '' } },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens } },
      { type: 'message_stop' }] }
  },
}

const responses = {
  read(body) {
    const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input
    const last = items.at(-1)
    return {
      asked: textOf(items.findLast((item) => item.role === 'user')?.content),
      result: last.type === 'function_call_output' ? textOf(last.output) : undefined,
      tools: (body.tools ?? []).map(({ name, parameters }) => ({ name, schema: parameters })),
      choice: body.tool_choice === 'required' ? 'any' : body.tool_choice,
      format: body.text?.format?.type === 'json_object' ? true : body.text?.format?.schema,
      most: body.max_output_tokens,
    }
  },
  write({ text, call, cut }, body, [input_tokens, output_tokens], id) {
    const usage = { input_tokens, input_tokens_details: { cached_tokens: 0 }, output_tokens, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: input_tokens + output_tokens }
    const part = { type: 'output_text', annotations: [], logprobs: [], text }
    const item = call
      ? { id: 'fc_' + id, type: 'function_call', status: 'completed', call_id: 'call_' + id, name: call.name, arguments: JSON.stringify(call.input) }
      : { id: 'msg_' + id, type: 'message', status: 'completed', role: 'assistant', content: [part] }
    const object = (status, output, used) => ({ id: 'resp_' + id, object: 'response', created_at: 1, completed_at: status === 'completed' ? 2 : null,
      status, error: null, incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null, instructions: body.instructions ?? null,
      max_output_tokens: body.max_output_tokens ?? null, max_tool_calls: null, metadata: {}, model: body.model, output, parallel_tool_calls: true,
      previous_response_id: null, prompt_cache_key: null, reasoning: { effort: null, summary: null }, safety_identifier: null, service_tier: 'default',
      background: false, store: false, temperature: 1, text: { format: { type: 'text' } }, tool_choice: 'auto', tools: body.tools ?? [], top_logprobs: 0,
      top_p: 1, presence_penalty: 0, frequency_penalty: 0, truncation: 'disabled', usage: used, user: null })
    const status = cut ? 'incomplete' : 'completed'
    if (!body.stream) return { json: object(status, [item], usage) }
    const at = { item_id: item.id, output_index: 0 }
    const content = call
      ? [{ type: 'response.function_call_arguments.delta', ...at, delta: item.arguments },
        { type: 'response.function_call_arguments.done', ...at, name: call.name, arguments: item.arguments }]
      : [{ type: 'response.content_part.added', ...at, content_index: 0, part: { ...part, text: '' } },
        ...words(text).map((delta) => ({ type: 'response.output_text.delta', ...at, content_index: 0, logprobs: [], delta })),
        { type: 'response.output_text.done', ...at, content_index: 0, logprobs: [], text },
        { type: 'response.content_part.done', ...at, content_index: 0, part }]
    const all = [
      { type: 'response.created', response: object('in_progress', [], null) },
      { type: 'response.in_progress', response: object('in_progress', [], null) },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', ...(call ? { arguments: '' } : { content: [] }) } },
      ...content,
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.' + status, response: object(status, [item], usage) }]
    return { named: true, events: [...all.map((each, sequence_number) => ({ ...each, sequence_number })), '[DONE]'] }
  },
}

const gemini = {
  read(body) {
    const parts = body.contents.at(-1).parts
    const result = parts.find((part) => part.functionResponse)?.functionResponse.response
    return { asked: textOf(parts), result: result && String(result.output ?? JSON.stringify(result)),
      tools: (body.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? [])
        .map((each) => ({ name: each.name, schema: each.parametersJsonSchema ?? each.parameters })) }
  },
  write({ text, call }, body, [promptTokenCount, candidatesTokenCount], id) {
    const part = call ? { functionCall: { name: call.name, args: call.input }, thoughtSignature: 'c2lnbmF0dXJl' } : { text }
    const answer = { candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount, candidatesTokenCount, totalTokenCount: promptTokenCount + candidatesTokenCount }, responseId: 'r' + id }
    return body.stream ? { events: [answer] } : { json: answer }
  },
}

/** Vectors, and what the older completions say: in one piece. */
const embeddings = {
  read: () => ({ asked: '', tools: [] }),
  write: (_, body, [input]) => ({ json: { object: 'list', model: body.model, usage: { prompt_tokens: input, total_tokens: input },
    data: [body.input].flat().map((_, index) => ({ object: 'embedding', index, embedding: body.encoding_format === 'base64' ? 'AACAPwAAAEA=' : [1, 2] })) } }),
}
const completions = {
  read: (body) => ({ asked: String(body.prompt), tools: [], most: body.max_tokens }),
  write({ text, cut }, body, [input, output], id) {
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
    const of = (text, finish_reason) => ({ id: 'cmpl_' + id, object: 'text_completion', created: 1, model: body.model, choices: [{ index: 0, text, logprobs: null, finish_reason }] })
    const finish = cut ? 'length' : 'stop'
    return body.stream
      ? { events: [...words(text).map((word) => of(word, null)), of('', finish), { ...of('', null), choices: [], usage }, '[DONE]'] }
      : { json: { ...of(text, finish), usage } }
  },
}

function dialect(path) {
  if (path.endsWith('/chat/completions')) return chat
  if (path.endsWith('/completions')) return completions
  if (path.endsWith('/embeddings')) return embeddings
  if (path.endsWith('/messages')) return messages
  if (path.endsWith('/responses')) return responses
  return /:(stream)?generateContent$/i.test(path) ? gemini : undefined
}

/** A refusal, which costs nothing. */
function refuse(response, api, status, message) {
  const type = status === 404 ? 'not_found_error' : 'invalid_request_error'
  const error = api === messages ? { type: 'error', error: { type, message } } : { error: { message, type, param: null, code: status === 404 ? 'model_not_found' : null } }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(error))
}

function answer(api, path, text, response) {
  let body
  let asked
  try {
    body = JSON.parse(text)
    asked = api.read(body)
    if (api === messages && !body.max_tokens) throw new Error('max_tokens: is required')
    if (api !== gemini && !body.model) throw new Error('model: is required')
  } catch (error) {
    return refuse(response, api, 400, String(error.message))
  }
  if (api !== gemini && !/^(mock|local)/.test(body.model)) return refuse(response, api, 404, `There is no model ${body.model}`)
  body.stream ??= path.includes(':stream')
  const usage = [Math.max(1, Math.round(text.length / 4)), api === embeddings ? 0 : OUTPUT]
  const made = turn(asked)
  if (made.text !== undefined && usage[1] > 0) usage[1] = words(made.text).length
  if (path.startsWith('/local')) local++
  else micros += usage[0] * 3 + usage[1] * 15
  const said = api.write(made, body, usage, ++answers)
  if (said.events) return events(response, said.events, said.named)
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said.json))
}

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://mock').pathname
  let text = ''
  for await (const part of request) text += part
  const json = (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const api = dialect(path)
  if (path === '/bill') response.end(String(micros / 1e6))
  else if (path === '/local') response.end(String(local))
  else if (path.endsWith('/models')) json({ object: 'list', data: [{ id: 'mock-gpt', object: 'model', created: 1, owned_by: 'mock' }], models: [], has_more: false })
  else if (path.endsWith('/count_tokens')) json({ input_tokens: Math.round(text.length / 4) })
  else if (path.endsWith(':countTokens')) json({ totalTokens: Math.round(text.length / 4) })
  else if (api) answer(api, path, text, response)
  else response.writeHead(404).end()
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
