package io.nexus.control.pricing;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of the companies that bill for models, as price lists spell them. */
public final class Providers {

  /** API hosts and the providers that bill there; subdomains included. */
  private static final Map<String, String> BY_HOST =
      Map.ofEntries(
          Map.entry("api.openai.com", "openai"),
          Map.entry("openai.azure.com", "azure"),
          Map.entry("services.ai.azure.com", "azure"),
          Map.entry("cognitiveservices.azure.com", "azure"),
          Map.entry("api.cognitive.microsoft.com", "azure"),
          Map.entry("models.ai.azure.com", "azure"),
          Map.entry("api.anthropic.com", "anthropic"),
          Map.entry("generativelanguage.googleapis.com", "google"),
          Map.entry("aiplatform.googleapis.com", "vertex"),
          Map.entry("api.groq.com", "groq"),
          Map.entry("api.deepseek.com", "deepseek"),
          Map.entry("api.mistral.ai", "mistral"),
          Map.entry("codestral.mistral.ai", "mistral"),
          Map.entry("api.x.ai", "xai"),
          Map.entry("api.perplexity.ai", "perplexity"),
          Map.entry("api.cohere.ai", "cohere"),
          Map.entry("api.cohere.com", "cohere"),
          Map.entry("api.cerebras.ai", "cerebras"),
          Map.entry("openrouter.ai", "openrouter"),
          Map.entry("api.together.xyz", "together"),
          Map.entry("api.together.ai", "together"),
          Map.entry("api.fireworks.ai", "fireworks"),
          Map.entry("api.deepinfra.com", "deepinfra"),
          Map.entry("api.novita.ai", "novita"),
          Map.entry("api.hyperbolic.xyz", "hyperbolic"),
          Map.entry("api.sambanova.ai", "sambanova"),
          Map.entry("api.studio.nebius.ai", "nebius"),
          Map.entry("api.studio.nebius.com", "nebius"),
          Map.entry("api.tokenfactory.nebius.com", "nebius"),
          Map.entry("api.moonshot.ai", "moonshot"),
          Map.entry("api.moonshot.cn", "moonshot"),
          Map.entry("api.z.ai", "zai"),
          Map.entry("open.bigmodel.cn", "zhipu"),
          Map.entry("api.minimax.io", "minimax"),
          Map.entry("api.minimaxi.com", "minimax"),
          Map.entry("dashscope.aliyuncs.com", "dashscope"),
          Map.entry("dashscope-intl.aliyuncs.com", "dashscope"),
          Map.entry("api.voyageai.com", "voyage"),
          Map.entry("api.jina.ai", "jina"),
          Map.entry("api.ai21.com", "ai21"),
          Map.entry("api.inference.wandb.ai", "wandb"),
          Map.entry("ai-gateway.vercel.sh", "vercel_ai_gateway"),
          Map.entry("api.scaleway.ai", "scaleway"),
          Map.entry("api.lambda.ai", "lambda_ai"),
          Map.entry("api.lambdalabs.com", "lambda_ai"),
          Map.entry("api.friendli.ai", "friendliai"),
          Map.entry("inference.api.nscale.com", "nscale"),
          Map.entry("inference.baseten.co", "baseten"),
          Map.entry("api.inceptionlabs.ai", "inception"),
          Map.entry("api.morphllm.com", "morph"),
          Map.entry("api.llama.com", "meta"),
          Map.entry("api.v0.dev", "v0"),
          Map.entry("api.cloudflare.com", "cloudflare"),
          Map.entry("cloud.databricks.com", "databricks"),
          Map.entry("azuredatabricks.net", "databricks"),
          Map.entry("snowflakecomputing.com", "snowflake"),
          Map.entry("api.githubcopilot.com", "github_copilot"),
          Map.entry("api.gmi-serving.com", "gmi"),
          Map.entry("endpoints.kepler.ai.cloud.ovh.net", "ovhcloud"),
          Map.entry("volces.com", "volcengine"));

  /** Other spellings, among them LiteLLM's. */
  private static final Map<String, String> BY_ALIAS =
      Map.ofEntries(
          Map.entry("gemini", "google"),
          Map.entry("vertex_ai", "vertex"),
          Map.entry("x-ai", "xai"),
          Map.entry("together_ai", "together"),
          Map.entry("fireworks_ai", "fireworks"),
          Map.entry("mistralai", "mistral"),
          Map.entry("codestral", "mistral"),
          Map.entry("cohere_chat", "cohere"),
          Map.entry("azure_openai", "azure"),
          Map.entry("azure_ai", "azure"),
          Map.entry("azure_text", "azure"),
          Map.entry("bedrock_converse", "bedrock"),
          Map.entry("bedrock_mantle", "bedrock"),
          Map.entry("aws", "bedrock"),
          Map.entry("jina_ai", "jina"),
          Map.entry("bigmodel", "zhipu"),
          Map.entry("z-ai", "zai"),
          Map.entry("moonshotai", "moonshot"),
          Map.entry("lambda", "lambda_ai"));

  private static final Set<String> NAMES = names();

  /** Google's regions precede the host, or for multi-regions are part of it. */
  private static final Pattern VERTEX_REGION =
      Pattern.compile(
          "[a-z0-9-]+-aiplatform\\.googleapis\\.com|aiplatform\\.[a-z0-9-]+\\.rep\\.googleapis\\.com");

  private static final Pattern BEDROCK =
      Pattern.compile(
          "bedrock[a-z-]*\\.([a-z0-9-]+)\\.(?:amazonaws\\.com|api\\.aws|amazonaws\\.com\\.cn)");

  /** The prefix of LiteLLM's provider names for completions. */
  private static final String COMPLETION = "text-completion-";

  private static final String OPENAI_HOST = ".api.openai.com";

  private Providers() {}

  /**
   * The provider that bills for a backend: the configured one, else the owner of its host, else the
   * one of its type. The host comes before the type, since many providers speak OpenAI's dialect on
   * their own hosts.
   *
   * @param configured the backend's configured provider; empty if it has none
   * @param type the backend's type, such as {@code "openai"}
   * @param url the backend's base address
   */
  public static String of(String configured, String type, URI url) {
    if (!configured.isBlank()) {
      return canonical(configured);
    }
    var host = host(url);
    if (VERTEX_REGION.matcher(host).matches()) {
      return "vertex";
    }
    if (BEDROCK.matcher(host).matches()) {
      return "bedrock";
    }
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

  /**
   * The region in a backend's host, if it affects the price: the name that price lists use for the
   * provider's factor or models there.
   *
   * <p>At OpenAI all regional hosts cost the same: <a
   * href="https://developers.openai.com/api/docs/guides/data-residency">data residency</a>. At
   * Google Cloud every host but the global one is {@code regional}. At Amazon it is the region's
   * own name.
   *
   * @param provider who bills, in its one spelling
   * @return empty if the host names no region, or the region does not affect the price
   */
  public static String regionOf(String provider, URI url) {
    var host = host(url);
    return switch (provider) {
      case "openai" -> host.endsWith(OPENAI_HOST) ? ofOpenAi(host) : "";
      case "vertex" -> VERTEX_REGION.matcher(host).matches() ? "regional" : "";
      case "bedrock" -> {
        var region = BEDROCK.matcher(host);
        yield region.matches() ? region.group(1) : "";
      }
      default -> "";
    };
  }

  private static String ofOpenAi(String host) {
    return switch (host.substring(0, host.length() - OPENAI_HOST.length())) {
      case "us" -> "us";
      case "gov" -> "fedramp";
      default -> "eu";
    };
  }

  /** Whether the provider's price list has models whose names begin with a region and a slash. */
  static boolean namesRegions(String provider) {
    return provider.equals("azure") || provider.equals("bedrock");
  }

  private static String host(URI url) {
    return url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
  }

  /** The one spelling of a provider's name: lower case, without surrounding space, no alias. */
  public static String canonical(String provider) {
    var name = provider.strip().toLowerCase(Locale.ROOT);
    if (name.startsWith("vertex_ai-")) {
      return "vertex";
    }
    if (name.startsWith("fireworks_ai-")) {
      return "fireworks";
    }
    if (name.startsWith(COMPLETION)) {
      name = name.substring(COMPLETION.length());
    }
    return BY_ALIAS.getOrDefault(name, name);
  }

  /** Whether it is the name of a provider known here, in its one spelling. */
  static boolean isKnown(String provider) {
    return NAMES.contains(provider);
  }

  private static Set<String> names() {
    var names = new HashSet<>(BY_HOST.values());
    names.addAll(BY_ALIAS.values());
    return Set.copyOf(names);
  }
}
