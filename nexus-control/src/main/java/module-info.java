/**
 * The domain of Nexus: money, budgets, routing, and {@code io.nexus.control.spi}, the one package
 * that an extension implements.
 */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // The server is built later.
module io.nexus.control {
  requires static transitive org.jspecify;

  exports io.nexus.control.budget;
  exports io.nexus.control.hold;
  exports io.nexus.control.journal to
      io.nexus.server;
  exports io.nexus.control.lease;
  exports io.nexus.control.ledger;
  exports io.nexus.control.limit;
  exports io.nexus.control.memory;
  exports io.nexus.control.money;
  exports io.nexus.control.outbox;
  exports io.nexus.control.pipeline;
  exports io.nexus.control.pricing;
  exports io.nexus.control.routing;
  exports io.nexus.control.settings;
  exports io.nexus.control.spi;
  exports io.nexus.control.tokens;

  uses io.nexus.control.spi.NexusExtension;

  provides io.nexus.control.spi.NexusExtension with
      io.nexus.control.memory.MemoryLedgerFactory;
}
