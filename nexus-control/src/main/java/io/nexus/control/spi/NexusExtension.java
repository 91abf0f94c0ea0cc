package io.nexus.control.spi;

/**
 * An extension of the gateway. A module provides one with {@code provides
 * io.nexus.control.spi.NexusExtension with ...}; the gateway finds it by {@link
 * java.util.ServiceLoader}, on the module path or in a jar of its extensions folder.
 */
public sealed interface NexusExtension
    permits Reconciler,
        TokenCounter,
        PricingSource,
        BackendClientFactory,
        LedgerFactory,
        SpendSinkFactory {

  /** A short, stable name for explanations, logs and metrics, such as {@code "budget"}. */
  String name();
}
