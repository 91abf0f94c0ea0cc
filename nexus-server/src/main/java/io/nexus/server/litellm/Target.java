package io.nexus.server.litellm;

import io.nexus.config.BackendType;
import io.nexus.control.pricing.Providers;
import io.nexus.server.setup.KnownProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The destination of a deployment of the proxy.
 *
 * @param name a name for its backend
 * @param type the type of backend
 * @param url the base address of its API
 * @param provider the billing provider; empty if the address determines it or it is unknown
 * @param variable the default variable of its key
 * @param model the model's name there
 */
record Target(
    String name,
    BackendType type,
    String url,
    Optional<String> provider,
    Optional<String> variable,
    String model) {

  private static final Set<String> OPENAI =
      Set.of("openai", "text-completion-openai", "custom_openai", "openai_like");

  /** Self-hosted servers and their default addresses. */
  private static final Map<String, Map.Entry<BackendType, String>> OWN =
      Map.of(
          "ollama", Map.entry(BackendType.OLLAMA, "http://127.0.0.1:11434/v1"),
          "ollama_chat", Map.entry(BackendType.OLLAMA, "http://127.0.0.1:11434/v1"),
          "hosted_vllm", Map.entry(BackendType.VLLM, ""),
          "vllm", Map.entry(BackendType.VLLM, ""),
          "lm_studio", Map.entry(BackendType.LMSTUDIO, "http://127.0.0.1:1234/v1"),
          "llamafile", Map.entry(BackendType.LLAMACPP, "http://127.0.0.1:8080/v1"),
          "xinference", Map.entry(BackendType.GENERIC, "http://127.0.0.1:9997/v1"),
          "litellm_proxy", Map.entry(BackendType.GENERIC, ""));

  private static final Pattern OPENAI_MODEL =
      Pattern.compile("(gpt-|chatgpt|o[1-9]|text-embedding-|dall-e|whisper|tts-|omni-mod).*");
  private static final Pattern OWN_NETWORK =
      Pattern.compile(
          "localhost|127\\..*|10\\..*|192\\.168\\..*|172\\.(1[6-9]|2[0-9]|3[01])\\..*|\\[.*|"
              + "[^.]+|.*\\.(local|lan|internal|svc)");
  private static final String AZURE_PATH = "/openai/v1";
  private static final String COHERE = KnownProvider.named("cohere").orElseThrow().url();
  private static final String COHERE_RERANK = "https://api.cohere.com/v2";

  /**
   * The target of a deployment.
   *
   * @param model the proxy's model name, with or without a provider prefix
   * @param provider the deployment's explicit provider; empty if none
   * @param base the deployment's address; empty if none
   * @return the target or why there is none
   */
  static Result of(String model, String provider, String base) {
    int slash = model.indexOf('/');
    var prefix = slash < 0 ? "" : model.substring(0, slash);
    var named = provider.isEmpty() ? prefix : provider;
    var rest = !prefix.isEmpty() && prefix.equals(named) ? model.substring(slash + 1) : model;
    if (named.isEmpty()) {
      named = guessed(model, base);
    }
    var url = base.strip().replaceFirst("/+$", "");
    return url.isEmpty() || isAddress(url)
        ? of(named.toLowerCase(Locale.ROOT), rest, url, model)
        : none("its api_base is not an http or https address");
  }

  private static boolean isAddress(String url) {
    try {
      var uri = new URI(url);
      return uri.getHost() != null
          && String.valueOf(uri.getScheme()).matches("https?")
          && uri.getRawQuery() == null
          && uri.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** A target, or why there is none. */
  record Result(Optional<Target> target, String reason) {}

  private static Result of(String provider, String model, String base, String whole) {
    if (OPENAI.contains(provider)) {
      return found(openAi(model, base));
    }
    if (provider.startsWith("azure")) {
      return base.isEmpty()
          ? none("an Azure deployment needs its api_base")
          : found(azure(model, base));
    }
    var own = OWN.get(provider);
    if (own != null) {
      var url = base.isEmpty() ? own.getValue() : withVersion(base);
      return url.isEmpty()
          ? none("'" + provider + "' needs its api_base")
          : found(
              new Target(
                  plain(provider), own.getKey(), url, Optional.empty(), Optional.empty(), model));
    }
    var known = KnownProvider.named(Providers.canonical(provider)).filter(_ -> speaks(provider));
    if (known.isPresent()) {
      var it = known.get();
      var url = base.isEmpty() ? it.url() : base;
      return found(
          new Target(
              it.name(),
              it.type(),
              url,
              Optional.of(it.name()),
              Optional.of(it.variables().getFirst()),
              model));
    }
    return provider.isEmpty()
        ? none("nothing says whose model '" + whole + "' is")
        : none(
            "the provider '"
                + provider
                + "' is not served: where it has an address that speaks OpenAI's API, add it as a"
                + " backend of the type \"generic\"");
  }

  /** Whether chat is at the usual path: these providers have their own. */
  private static boolean speaks(String provider) {
    return !provider.equals("codestral") && !provider.startsWith("vertex");
  }

  private static Target openAi(String model, String base) {
    var known = KnownProvider.named("openai").orElseThrow();
    if (base.isEmpty() || host(base).endsWith("api.openai.com")) {
      return new Target(
          known.name(),
          known.type(),
          base.isEmpty() ? known.url() : withVersion(base),
          Optional.empty(),
          Optional.of(known.variables().getFirst()),
          model);
    }
    return new Target(
        name(host(base)), BackendType.GENERIC, base, Optional.empty(), Optional.empty(), model);
  }

  private static Target azure(String model, String base) {
    var path = base.indexOf("/openai");
    var url = (path < 0 ? base.replaceFirst("/models$", "") : base.substring(0, path)) + AZURE_PATH;
    return new Target(
        "azure",
        BackendType.OPENAI,
        url,
        Optional.of("azure"),
        Optional.of("AZURE_API_KEY"),
        model);
  }

  /** Guesses the provider from a bare model name, as the proxy does. */
  private static String guessed(String model, String base) {
    if (!base.isEmpty() || OPENAI_MODEL.matcher(model).matches()) {
      return "openai";
    }
    if (model.startsWith("claude")) {
      return "anthropic";
    }
    return model.startsWith("command") ? "cohere" : "";
  }

  private static String withVersion(String base) {
    var path = URI.create(base).getPath();
    return path == null || path.isEmpty() ? base + "/v1" : base;
  }

  /** The same where it orders documents, for which Cohere has another address. */
  Target ofRerank() {
    return url.equals(COHERE)
        ? new Target(name, type, COHERE_RERANK, provider, variable, model)
        : this;
  }

  /** Whether the address is one of the operator's own network. */
  boolean isOwn() {
    return OWN_NETWORK.matcher(host(url)).matches();
  }

  private static String host(String url) {
    var host = URI.create(url).getHost();
    return host == null ? "" : host.toLowerCase(Locale.ROOT);
  }

  private static String plain(String provider) {
    return switch (provider) {
      case "ollama_chat" -> "ollama";
      case "hosted_vllm" -> "vllm";
      case "lm_studio" -> "lmstudio";
      default -> name(provider);
    };
  }

  private static String name(String host) {
    return host.isEmpty()
        ? "backend"
        : host.replaceAll("[^A-Za-z0-9_-]", "-").replaceFirst("^-+", "");
  }

  private static Result found(Target target) {
    return new Result(Optional.of(target), "");
  }

  private static Result none(String reason) {
    return new Result(Optional.empty(), reason);
  }
}
