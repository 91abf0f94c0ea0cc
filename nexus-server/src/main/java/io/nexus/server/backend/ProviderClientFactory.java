package io.nexus.server.backend;

import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendClient;
import io.nexus.control.spi.BackendClientFactory;
import java.util.Set;

/** Creates clients for all built-in types of backends. */
public final class ProviderClientFactory implements BackendClientFactory {

  @Override
  public String name() {
    return "http";
  }

  @Override
  public Set<String> types() {
    return Set.of(
        "openai",
        "anthropic",
        "google",
        "ollama",
        "vllm",
        "llamacpp",
        "lmstudio",
        "exo",
        "generic");
  }

  @Override
  public BackendClient create(BackendAddress address) {
    return new ProviderClient(address);
  }
}
