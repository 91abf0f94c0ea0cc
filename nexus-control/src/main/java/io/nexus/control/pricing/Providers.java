package io.nexus.control.pricing;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The names of the companies that bill for models, as price lists spell them. */
public final class Providers {

  /** Hosts of APIs and who bills there; a host's subdomains belong to it. */
  private static final Map<String, String> BY_HOST =
      Map.ofEntries(
          Map.entry("api.openai.com", "openai"),
          Map.entry("openai.azure.com", "azure"),
          Map.entry("api.anthropic.com", "anthropic"),
          Map.entry("generativelanguage.googleapis.com", "google"),
          Map.entry("aiplatform.googleapis.com", "google"),
          Map.entry("api.groq.com", "groq"),
          Map.entry("api.deepseek.com", "deepseek"),
          Map.entry("api.mistral.ai", "mistral"),
          Map.entry("api.x.ai", "x-ai"),
          Map.entry("api.perplexity.ai", "perplexity"),
          Map.entry("api.cohere.ai", "cohere"),
          Map.entry("api.cohere.com", "cohere"),
          Map.entry("api.cerebras.ai", "cerebras"),
          Map.entry("openrouter.ai", "openrouter"),
          Map.entry("api.together.xyz", "together_ai"),
          Map.entry("api.fireworks.ai", "fireworks_ai"));

  /** Other spellings, among them LiteLLM's. */
  private static final Map<String, String> BY_ALIAS =
      Map.ofEntries(
          Map.entry("gemini", "google"),
          Map.entry("vertex_ai", "google"),
          Map.entry("vertex", "google"),
          Map.entry("xai", "x-ai"),
          Map.entry("mistralai", "mistral"),
          Map.entry("cohere_chat", "cohere"),
          Map.entry("text-completion-openai", "openai"),
          Map.entry("azure_openai", "azure"));

  private static final Set<String> NAMES = Set.copyOf(BY_HOST.values());

  private Providers() {}

  /**
   * Who bills for a backend: as configured, else who owns its host, else what its type says. The
   * host comes before the type, since many providers speak OpenAI's dialect on their own hosts.
   *
   * @param configured the backend's configured provider; empty if it has none
   * @param type the backend's type, such as {@code "openai"}
   * @param url the backend's base address
   */
  public static String of(String configured, String type, URI url) {
    if (!configured.isBlank()) {
      return canonical(configured);
    }
    var host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    for (var known = host; !known.isEmpty(); known = known.substring(known.indexOf('.') + 1)) {
      var provider = BY_HOST.get(known);
      if (provider != null) {
        return provider;
      }
      if (known.indexOf('.') < 0) {
        break;
      }
    }
    return canonical(type);
  }

  /** The one spelling of a provider's name: lower case, without surrounding space, no alias. */
  public static String canonical(String provider) {
    var name = provider.strip().toLowerCase(Locale.ROOT);
    if (name.startsWith("vertex_ai-")) {
      return "google";
    }
    return BY_ALIAS.getOrDefault(name, name);
  }

  /** Whether it is the name of a provider known here, in its one spelling. */
  static boolean isKnown(String provider) {
    return NAMES.contains(provider);
  }
}
