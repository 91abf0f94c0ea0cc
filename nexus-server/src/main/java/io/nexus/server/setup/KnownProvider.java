package io.nexus.server.setup;

import io.nexus.config.BackendType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A public provider, and the settings of a backend for it.
 *
 * @param name as price lists spell it
 * @param type the type of backend
 * @param url the base address of its API
 * @param variables the usual variables of its key, most common first
 * @param listsModels whether it has a model list
 */
public record KnownProvider(
    String name, BackendType type, String url, List<String> variables, boolean listsModels) {

  private static final List<KnownProvider> ALL =
      List.of(
          new KnownProvider(
              "openai",
              BackendType.OPENAI,
              "https://api.openai.com/v1",
              List.of("OPENAI_API_KEY"),
              true),
          new KnownProvider(
              "anthropic",
              BackendType.ANTHROPIC,
              "https://api.anthropic.com",
              List.of("ANTHROPIC_API_KEY"),
              true),
          new KnownProvider(
              "google",
              BackendType.GOOGLE,
              "https://generativelanguage.googleapis.com",
              List.of("GEMINI_API_KEY", "GOOGLE_API_KEY"),
              true),
          generic("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
          generic("mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
          generic("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
          generic("deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
          generic("xai", "https://api.x.ai/v1", "XAI_API_KEY"),
          generic(
              "together", "https://api.together.xyz/v1", "TOGETHER_API_KEY", "TOGETHERAI_API_KEY"),
          generic(
              "fireworks",
              "https://api.fireworks.ai/inference/v1",
              "FIREWORKS_API_KEY",
              "FIREWORKS_AI_API_KEY"),
          generic("cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
          generic("deepinfra", "https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY"),
          generic(
              "nvidia_nim",
              "https://integrate.api.nvidia.com/v1",
              "NVIDIA_NIM_API_KEY",
              "NVIDIA_API_KEY"),
          generic("sambanova", "https://api.sambanova.ai/v1", "SAMBANOVA_API_KEY"),
          generic("novita", "https://api.novita.ai/v3/openai", "NOVITA_API_KEY"),
          generic("moonshot", "https://api.moonshot.ai/v1", "MOONSHOT_API_KEY"),
          generic(
              "dashscope",
              "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
              "DASHSCOPE_API_KEY"),
          generic("zai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY"),
          generic("hyperbolic", "https://api.hyperbolic.xyz/v1", "HYPERBOLIC_API_KEY"),
          generic("nebius", "https://api.studio.nebius.com/v1", "NEBIUS_API_KEY"),
          generic("vercel_ai_gateway", "https://ai-gateway.vercel.sh/v1", "AI_GATEWAY_API_KEY"),
          unlisted("cohere", "https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"),
          unlisted("perplexity", "https://api.perplexity.ai", "PERPLEXITYAI_API_KEY"));

  /** Copies the list. */
  public KnownProvider {
    variables = List.copyOf(variables);
  }

  private static KnownProvider generic(String name, String url, String... variables) {
    return new KnownProvider(name, BackendType.GENERIC, url, List.of(variables), true);
  }

  private static KnownProvider unlisted(String name, String url, String... variables) {
    return new KnownProvider(name, BackendType.GENERIC, url, List.of(variables), false);
  }

  /** The one of that name. */
  public static Optional<KnownProvider> named(String name) {
    return ALL.stream().filter(each -> each.name.equals(name)).findFirst();
  }

  /** The providers with a key in the environment and a model list. */
  static List<KnownProvider> withKeyIn(Map<String, String> environment) {
    return ALL.stream()
        .filter(each -> each.listsModels && each.variableIn(environment).isPresent())
        .toList();
  }

  /** The variable of the environment that has its key. */
  Optional<String> variableIn(Map<String, String> environment) {
    return variables.stream()
        .filter(variable -> !environment.getOrDefault(variable, "").isBlank())
        .findFirst();
  }
}
