package io.nexus.bench.money;

import io.nexus.server.mock.Api;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;

/**
 * The repeated request of a scenario, its cost, and the budget.
 *
 * @param scenario that makes it
 * @param model that it asks for
 * @param promptTokens the tokens of its prompt, each a word
 * @param answerTokens its output limit, which the model uses up
 */
record Workload(MoneyScenario scenario, String model, long promptTokens, long answerTokens) {

  /** The number of requests that a budget pays for. */
  static final int PAID = 25;

  /** The number of parallel requests. */
  static final int MADE = 75;

  static final String CHAT_MODEL = "gpt-4o";
  static final String MESSAGES_MODEL = "claude-sonnet-4-5";
  static final String GEMINI_MODEL = "gemini-2.5-pro";
  static final String EMBEDDING_MODEL = "text-embedding-3-large";

  private static final String WORD = " word";

  /** The request of a scenario where answers are so long. */
  static Workload of(MoneyScenario scenario, long tokens) {
    long prompt =
        switch (scenario) {
          case cached -> 4 * tokens;
          case embeddings -> 1_000;
          default -> 20;
        };
    return new Workload(scenario, model(scenario.api()), prompt, tokens);
  }

  private static String model(Api api) {
    return switch (api) {
      case CHAT, COMPLETIONS, RESPONSES -> CHAT_MODEL;
      case MESSAGES -> MESSAGES_MODEL;
      case GEMINI -> GEMINI_MODEL;
      case EMBEDDINGS -> EMBEDDING_MODEL;
    };
  }

  /** The list prices of the models, as of November 2026. */
  static Prices prices(String model) {
    return switch (model) {
      case MESSAGES_MODEL -> Prices.of("3", "0.3", "15", "15");
      case GEMINI_MODEL -> Prices.of("1.25", "0.125", "10", "10");
      case EMBEDDING_MODEL -> Prices.of("0.13", "0");
      default -> Prices.of("2.5", "1.25", "10", "10");
    };
  }

  /** What a whole answer uses. */
  UpstreamUsage usage() {
    return switch (scenario) {
      case cached -> new UpstreamUsage(promptTokens, promptTokens * 3 / 4, answerTokens, 0);
      case thinking -> new UpstreamUsage(promptTokens, 0, answerTokens, answerTokens * 3 / 4);
      case embeddings -> UpstreamUsage.of(promptTokens, 0);
      default -> UpstreamUsage.of(promptTokens, answerTokens);
    };
  }

  /** What a whole answer costs. */
  long priceNanos() {
    return usage().nanos(prices(model));
  }

  /**
   * The most that a cautious gateway holds or charges for it: a token for each byte of the body.
   */
  long worstNanos() {
    long bytes = body(0, true).length();
    long answer = scenario.api() == Api.EMBEDDINGS ? 0 : answerTokens;
    return UpstreamUsage.of(bytes, answer).nanos(prices(model));
  }

  /** The budget. */
  long limitNanos() {
    return PAID * priceNanos();
  }

  /** Where it goes, below the gateway's address. */
  String path(boolean isStream) {
    return switch (scenario.api()) {
      case CHAT -> "/v1/chat/completions";
      case COMPLETIONS -> "/v1/completions";
      case RESPONSES -> "/v1/responses";
      case MESSAGES -> "/v1/messages";
      case EMBEDDINGS -> "/v1/embeddings";
      case GEMINI ->
          "/v1beta/models/"
              + model
              + (isStream ? ":streamGenerateContent?alt=sse" : ":generateContent");
    };
  }

  /**
   * Its body.
   *
   * @param number makes it distinct, so that no two requests are taken for one
   */
  String body(int number, boolean isStream) {
    String prompt = "Request " + number + WORD.repeat((int) promptTokens - 8);
    return switch (scenario.api()) {
      case CHAT ->
          """
          {"model":"%s","max_tokens":%d,%s"messages":[{"role":"user","content":"%s"}]}"""
              .formatted(
                  model,
                  answerTokens,
                  isStream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "",
                  prompt);
      case COMPLETIONS ->
          "{\"model\":\"%s\",\"max_tokens\":%d,%s\"prompt\":\"%s\"}"
              .formatted(model, answerTokens, isStream ? "\"stream\":true," : "", prompt);
      case RESPONSES ->
          "{\"model\":\"%s\",\"max_output_tokens\":%d,%s\"store\":false,\"input\":\"%s\"}"
              .formatted(model, answerTokens, isStream ? "\"stream\":true," : "", prompt);
      case MESSAGES ->
          """
          {"model":"%s","max_tokens":%d,%s"messages":[{"role":"user","content":"%s"}]}"""
              .formatted(model, answerTokens, isStream ? "\"stream\":true," : "", prompt);
      case GEMINI ->
          """
          {"generationConfig":{"maxOutputTokens":%d},\
          "contents":[{"role":"user","parts":[{"text":"%s"}]}]}"""
              .formatted(answerTokens, prompt);
      case EMBEDDINGS -> "{\"model\":\"%s\",\"input\":\"%s\"}".formatted(model, prompt);
    };
  }
}
