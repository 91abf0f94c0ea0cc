package io.nexus.server.backend;

import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendClient;
import io.nexus.control.spi.BackendClientFactory;
import java.util.Set;

/** Makes clients for all backends that speak OpenAI's dialect. */
public final class OpenAiClientFactory implements BackendClientFactory {

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public Set<String> types() {
    return Set.of("openai", "ollama", "vllm", "llamacpp", "lmstudio", "exo", "generic");
  }

  @Override
  public BackendClient create(BackendAddress address) {
    return new OpenAiClient(address);
  }
}
