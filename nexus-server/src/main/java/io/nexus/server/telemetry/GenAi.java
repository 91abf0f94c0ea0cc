package io.nexus.server.telemetry;

import java.util.Map;

/**
 * The names of OpenTelemetry's conventions for generative AI.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/gen-ai/">Semantic conventions</a>
 */
final class GenAi {

  static final String OPERATION = "gen_ai.operation.name";
  static final String PROVIDER = "gen_ai.provider.name";

  /** The provider's attribute until 2025, which most tools still use. */
  static final String SYSTEM = "gen_ai.system";

  static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String RESPONSE_MODEL = "gen_ai.response.model";
  static final String FINISH_REASONS = "gen_ai.response.finish_reasons";
  static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
  static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
  static final String CACHE_READ = "gen_ai.usage.cache_read.input_tokens";
  static final String CACHE_WRITE = "gen_ai.usage.cache_creation.input_tokens";
  static final String TOKEN_TYPE = "gen_ai.token.type";
  static final String ERROR = "error.type";

  /** The names of operations by our API names; others keep our name. */
  private static final Map<String, String> OPERATIONS =
      Map.of(
          "messages", "chat",
          "responses", "chat",
          "responses_compact", "chat",
          "completions", "text_completion",
          "gemini", "generate_content",
          "gemini_embeddings", "embeddings");

  /** The names of providers by ours; others keep our name. */
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "azure", "azure.ai.openai",
          "bedrock", "aws.bedrock",
          "google", "gcp.gemini",
          "vertex", "gcp.vertex_ai",
          "mistral", "mistral_ai",
          "xai", "x_ai",
          "watsonx", "ibm.watsonx.ai");

  private GenAi() {}

  static String operation(String api) {
    return OPERATIONS.getOrDefault(api, api);
  }

  static String provider(String provider) {
    return PROVIDERS.getOrDefault(provider, provider);
  }
}
