package io.nexus.config;

import io.nexus.control.routing.Api;
import io.nexus.control.routing.Location;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;

/** The kinds of backends. */
public enum BackendType {
  /** OpenAI's API. */
  OPENAI("openai", Location.CLOUD),
  /** Anthropic's API. */
  ANTHROPIC("anthropic", Location.CLOUD),
  /** Google's Gemini API. */
  GOOGLE("google", Location.CLOUD),
  /** Ollama. */
  OLLAMA("ollama", Location.LOCAL),
  /** vLLM's server. */
  VLLM("vllm", Location.LOCAL),
  /** The server of llama.cpp. */
  LLAMACPP("llamacpp", Location.LOCAL),
  /** LM Studio. */
  LMSTUDIO("lmstudio", Location.LOCAL),
  /** An exo cluster. */
  EXO("exo", Location.LOCAL),
  /** Anything else that speaks OpenAI's API. */
  GENERIC("generic", Location.CLOUD);

  private final String label;
  private final Location location;

  BackendType(String label, Location location) {
    this.label = label;
    this.location = location;
  }

  /** The type as the configuration spells it. */
  public String label() {
    return label;
  }

  /** The APIs of this type of server if none are configured. */
  public Set<Api> apis() {
    return switch (this) {
      case OPENAI ->
          EnumSet.of(
              Api.CHAT,
              Api.COMPLETIONS,
              Api.EMBEDDINGS,
              Api.MODERATIONS,
              Api.RESPONSES,
              Api.IMAGES,
              Api.SPEECH,
              Api.TRANSCRIPTIONS);
      case ANTHROPIC -> EnumSet.of(Api.MESSAGES);
      case GOOGLE -> EnumSet.of(Api.GEMINI, Api.CHAT, Api.EMBEDDINGS);
      case OLLAMA, VLLM, LLAMACPP, LMSTUDIO, EXO, GENERIC ->
          EnumSet.of(Api.CHAT, Api.COMPLETIONS, Api.EMBEDDINGS);
    };
  }

  /**
   * Where a backend of this type runs if the configuration does not say. A generic one is local
   * only on this machine, because a provider taken for local would count as free.
   */
  Location locationAt(URI url) {
    return this == GENERIC && Addresses.isLoopback(url.getHost()) ? Location.LOCAL : location;
  }
}
