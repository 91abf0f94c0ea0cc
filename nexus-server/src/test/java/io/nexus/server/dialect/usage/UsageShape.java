package io.nexus.server.dialect.usage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The ways in which providers say what an answer used: which parts of it each can say, and its
 * object. A provider that says it in another way is one more constant.
 */
@SuppressWarnings("ImmutableEnumChecker") // its functions have no state
public enum UsageShape {
  /** OpenAI, Azure, and exact copies of them. */
  OPENAI_CHAT(
      used -> used.withoutWrites().withoutSearches(),
      used ->
          object(
                  "prompt_tokens", used.input(),
                  "completion_tokens", used.output(),
                  "total_tokens", used.total())
              .<ObjectNode>set(
                  "prompt_tokens_details",
                  object("cached_tokens", used.cached(), "audio_tokens", used.audio()))
              .set(
                  "completion_tokens_details",
                  object(
                      "reasoning_tokens", used.reasoning(),
                      "audio_tokens", used.spoken(),
                      "image_tokens", used.drawn(),
                      "accepted_prediction_tokens", used.output() / 3,
                      "rejected_prediction_tokens", 0))),

  /** The same by the names of the Responses API. */
  OPENAI_RESPONSES(
      used -> used.asText().withoutWrites(),
      used ->
          object(
                  "input_tokens", used.input(),
                  "output_tokens", used.output(),
                  "total_tokens", used.total())
              .<ObjectNode>set("input_tokens_details", object("cached_tokens", used.cached()))
              .set("output_tokens_details", object("reasoning_tokens", used.reasoning()))),

  /** Cached tokens are beside the input. */
  ANTHROPIC(
      used -> searched(used.asText().withoutReasoning(), used.searches()),
      used ->
          object(
                  "input_tokens", used.uncached(),
                  "cache_creation_input_tokens", used.written(),
                  "cache_read_input_tokens", used.cached(),
                  "output_tokens", used.output())
              .<ObjectNode>set(
                  "cache_creation",
                  object(
                      "ephemeral_5m_input_tokens",
                      used.written() - used.hour(),
                      "ephemeral_1h_input_tokens",
                      used.hour()))
              .<ObjectNode>set(
                  "server_tool_use",
                  object("web_search_requests", used.searches(), "web_fetch_requests", 0))),

  /** Anthropic's as its older models and most relays have it. */
  ANTHROPIC_BARE(
      used -> used.asText().withoutReasoning().withoutHour(),
      used ->
          object(
              "input_tokens", used.uncached(),
              "cache_creation_input_tokens", used.written(),
              "cache_read_input_tokens", used.cached(),
              "output_tokens", used.output())),

  /** Converse: the same in camel case. */
  BEDROCK(
      used -> used.asText().withoutReasoning().withoutHour(),
      used ->
          object(
              "inputTokens", used.uncached(),
              "cacheWriteInputTokens", used.written(),
              "cacheReadInputTokens", used.cached(),
              "outputTokens", used.output(),
              "totalTokens", used.total())),

  /** OpenAI's whole prompt beside Anthropic's parts of it. */
  LITELLM(
      used -> used.asText().withoutHour(),
      used ->
          object(
                  "prompt_tokens", used.input(),
                  "completion_tokens", used.output(),
                  "total_tokens", used.total(),
                  "cache_creation_input_tokens", used.written(),
                  "cache_read_input_tokens", used.cached())
              .<ObjectNode>set("prompt_tokens_details", object("cached_tokens", used.cached()))
              .set("completion_tokens_details", object("reasoning_tokens", used.reasoning()))),

  /** Thoughts are beside the candidates, the input of tools beside the prompt. */
  GEMINI(
      used -> spoken(used.withoutWrites().withoutSearches()),
      used ->
          object(
                  "promptTokenCount", used.input() - used.tools(),
                  "cachedContentTokenCount", used.cached(),
                  "candidatesTokenCount", used.output() - used.reasoning(),
                  "thoughtsTokenCount", used.reasoning(),
                  "toolUsePromptTokenCount", used.tools(),
                  "totalTokenCount", used.total())
              .<ObjectNode>set(
                  "promptTokensDetails",
                  modalities("TEXT", used.input() - used.audio(), "AUDIO", used.audio()))
              .set("candidatesTokensDetails", modalities("IMAGE", used.drawn()))),

  /** The same in snake case, as some libraries write it. */
  GEMINI_SNAKE(
      used -> used.asText().withoutWrites(),
      used ->
          object(
              "prompt_token_count", used.input(),
              "cached_content_token_count", used.cached(),
              "candidates_token_count", used.output() - used.reasoning(),
              "thoughts_token_count", used.reasoning(),
              "total_token_count", used.total())),

  /** Gemini behind OpenAI's names: of the thoughts only the total knows. */
  TOTAL_KNOWS_MORE(
      used -> used.asText().withoutCache().withoutReasoning(),
      used ->
          object(
              "prompt_tokens", used.input(),
              "completion_tokens", used.output() / 2,
              "total_tokens", used.total())),

  /**
   * xAI: reasoning stands beside the completion, and the total says so. As many cached tokens would
   * look the same beside the prompt, and the gateway would take it for that, which is dearer.
   */
  XAI(
      used ->
          used.cached() == used.reasoning()
              ? used.asText().withoutCache()
              : used.asText().withoutWrites(),
      used ->
          object(
                  "prompt_tokens",
                  used.input(),
                  "completion_tokens",
                  used.output() - used.reasoning(),
                  "total_tokens",
                  used.total(),
                  "num_sources_used",
                  3)
              .<ObjectNode>set(
                  "prompt_tokens_details",
                  object("text_tokens", used.input(), "cached_tokens", used.cached()))
              .set("completion_tokens_details", object("reasoning_tokens", used.reasoning()))),

  DEEPSEEK(
      used -> used.asText().withoutWrites(),
      used ->
          object(
                  "prompt_tokens", used.input(),
                  "completion_tokens", used.output(),
                  "total_tokens", used.total(),
                  "prompt_cache_hit_tokens", used.cached(),
                  "prompt_cache_miss_tokens", used.input() - used.cached())
              .set("completion_tokens_details", object("reasoning_tokens", used.reasoning()))),

  /** DeepSeek's by relays that leave the whole prompt out. */
  HIT_AND_MISS(
      used -> used.asText().withoutWrites().withoutReasoning(),
      used ->
          object(
              "prompt_cache_hit_tokens",
              used.cached(),
              "prompt_cache_miss_tokens",
              used.input() - used.cached(),
              "prompt_tokens",
              0,
              "completion_tokens",
              used.output())),

  /** Times beside tokens. */
  GROQ(
      used -> used.asText().withoutCache().withoutReasoning(),
      used ->
          object("prompt_tokens", used.input(), "completion_tokens", used.output())
              .put("queue_time", 9_000_000.25)
              .put("prompt_time", 8_000_000.5)
              .put("completion_time", 7_000_000.5)
              .put("total_time", 9_999_999.75)
              .put("total_tokens", used.total())),

  /** Rates whose names have tokens in them. */
  SAMBANOVA(
      used -> used.asText().withoutCache().withoutReasoning(),
      used ->
          object("prompt_tokens", used.input(), "completion_tokens", used.output())
              .put("completion_tokens_after_first_per_sec", 900_000.5)
              .put("completion_tokens_after_first_per_sec_first_ten", 910_000.5)
              .put("completion_tokens_per_sec", 920_000)
              .put("total_tokens_per_sec", 930_000)
              .put("tokensPerSecond", 940_000)
              .put("time_to_first_token", 950_000.25)
              .put("total_latency", 960_000)
              .put("is_last_response", true)
              .put("total_tokens", used.total())),

  /** Both spellings in one object, the second ones zero. */
  NEW_API_ZEROS(
      used -> used.asText().withoutWrites(),
      used ->
          object(
                  "prompt_tokens", used.input(),
                  "completion_tokens", used.output(),
                  "total_tokens", used.total(),
                  "input_tokens", 0,
                  "output_tokens", 0,
                  "claude_cache_creation_5_m_tokens", 0,
                  "claude_cache_creation_1_h_tokens", 0)
              .putNull("input_tokens_details")
              .<ObjectNode>set("prompt_tokens_details", object("cached_tokens", used.cached()))
              .set("completion_tokens_details", object("reasoning_tokens", used.reasoning()))),

  /** Both spellings, both right. */
  NEW_API_BOTH(
      used -> used.asText().withoutWrites(),
      used ->
          object(
                  "prompt_tokens", used.input(),
                  "completion_tokens", used.output(),
                  "total_tokens", used.total(),
                  "input_tokens", used.input(),
                  "output_tokens", used.output())
              .<ObjectNode>set("prompt_tokens_details", object("cached_tokens", used.cached()))
              .<ObjectNode>set("input_tokens_details", object("cached_tokens", used.cached()))
              .set("completion_tokens_details", object("reasoning_tokens", used.reasoning()))),

  /** Two tables of the same tokens. */
  COHERE(
      used -> used.asText().withoutCache().withoutReasoning(),
      used ->
          new ObjectNode(JsonNodeFactory.instance)
              .<ObjectNode>set(
                  "billed_units",
                  object("input_tokens", used.input(), "output_tokens", used.output()))
              .set("tokens", object("input_tokens", used.input(), "output_tokens", used.output()))),

  WATSONX(
      used -> used.asText().withoutCache().withoutReasoning(),
      used ->
          object(
              "input_token_count", used.input(),
              "generated_token_count", used.output())),

  /** Moonshot, Mistral, Together: the cached tokens are at the top. */
  CACHED_AT_TOP(
      used -> used.asText().withoutWrites().withoutReasoning(),
      used ->
          object(
              "prompt_tokens", used.input(),
              "completion_tokens", used.output(),
              "total_tokens", used.total(),
              "cached_tokens", used.cached())),

  /** DashScope, Volcengine: names of one API, details of the other. */
  MIXED_NAMES(
      used -> used.asText().withoutWrites(),
      used ->
          object(
                  "input_tokens", used.input(),
                  "output_tokens", used.output(),
                  "total_tokens", used.total())
              .<ObjectNode>set("prompt_tokens_details", object("cached_tokens", used.cached()))
              .set(
                  "output_tokens_details",
                  object(
                      "reasoning_tokens",
                      used.reasoning(),
                      "text_tokens",
                      used.output() - used.reasoning()))),

  /** Searches are counted separately. */
  PERPLEXITY(
      used -> searched(used.asText().withoutCache().withoutReasoning(), used.searches()),
      used ->
          object(
                  "prompt_tokens", used.input(),
                  "completion_tokens", used.output(),
                  "total_tokens", used.total(),
                  "num_search_queries", used.searches())
              .put("search_context_size", "low"));

  private final UnaryOperator<Used> tells;
  private final Function<Used, ObjectNode> object;

  UsageShape(UnaryOperator<Used> tells, Function<Used, ObjectNode> object) {
    this.tells = tells;
    this.object = object;
  }

  /** The part that the shape can report; the rest counts as plain text. */
  public Used told(Used used) {
    return tells.apply(used);
  }

  /** The object that says it. */
  public ObjectNode object(Used told) {
    return object.apply(told);
  }

  private static Used searched(Used used, long searches) {
    return new Used(
        used.input(),
        used.cached(),
        used.written(),
        used.hour(),
        used.audio(),
        used.tools(),
        used.output(),
        used.reasoning(),
        used.spoken(),
        used.drawn(),
        searches);
  }

  /** Gemini reports generated images, and no audio in these answers. */
  private static Used spoken(Used used) {
    return new Used(
        used.input(),
        used.cached(),
        used.written(),
        used.hour(),
        used.audio(),
        used.tools(),
        used.output(),
        used.reasoning(),
        0,
        used.drawn(),
        used.searches());
  }

  private static ObjectNode object(Object... namesAndNumbers) {
    var object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < namesAndNumbers.length; i += 2) {
      object.put((String) namesAndNumbers[i], ((Number) namesAndNumbers[i + 1]).longValue());
    }
    return object;
  }

  private static ArrayNode modalities(Object... namesAndCounts) {
    var list = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < namesAndCounts.length; i += 2) {
      list.addObject()
          .put("modality", (String) namesAndCounts[i])
          .put("tokenCount", ((Number) namesAndCounts[i + 1]).longValue());
    }
    return list;
  }
}
