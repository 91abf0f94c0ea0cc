package io.nexus.server;

import io.nexus.control.spi.BackendClientFactory;
import io.nexus.control.spi.LedgerFactory;
import io.nexus.control.spi.NexusExtension;
import io.nexus.control.spi.PricingSource;
import io.nexus.control.spi.Reconciler;
import io.nexus.control.spi.SpendSinkFactory;
import io.nexus.control.spi.TokenCounter;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The extensions, by kind.
 *
 * @param reconcilers further stages of the pipeline
 * @param tokenCounters further token counters
 * @param pricingSources further price lists
 * @param backendClients clients for further types of backends
 * @param ledgers factories of ledgers
 * @param spendSinks factories of sinks of spend records
 */
public record Extensions(
    List<Reconciler> reconcilers,
    List<TokenCounter> tokenCounters,
    List<PricingSource> pricingSources,
    List<BackendClientFactory> backendClients,
    List<LedgerFactory> ledgers,
    List<SpendSinkFactory> spendSinks) {

  private static final String OWN_MODULES = "io.nexus.";

  /** Copies the lists. */
  public Extensions {
    reconcilers = List.copyOf(reconcilers);
    tokenCounters = List.copyOf(tokenCounters);
    pricingSources = List.copyOf(pricingSources);
    backendClients = List.copyOf(backendClients);
    ledgers = List.copyOf(ledgers);
    spendSinks = List.copyOf(spendSinks);
  }

  /** The kinds of extensions without sinks. */
  public Extensions(
      List<Reconciler> reconcilers,
      List<TokenCounter> tokenCounters,
      List<PricingSource> pricingSources,
      List<BackendClientFactory> backendClients,
      List<LedgerFactory> ledgers) {
    this(reconcilers, tokenCounters, pricingSources, backendClients, ledgers, List.of());
  }

  /** The extensions on the module path. */
  public static Extensions installed() {
    return of(ServiceLoader.load(NexusExtension.class));
  }

  /**
   * The extensions on the module path and in the jars of a folder.
   *
   * @throws StartException if it is not a folder, or a jar in it cannot be loaded
   */
  public static Extensions installedAnd(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new StartException("extensions", folder.toString(), "is not a folder of module jars");
    }
    try {
      var boot = ModuleLayer.boot();
      var jars = ModuleFinder.of(folder);
      var resolved = boot.configuration().resolveAndBind(ModuleFinder.of(), jars, Set.of());
      var layer = boot.defineModulesWithOneLoader(resolved, NexusExtension.class.getClassLoader());
      return of(ServiceLoader.load(layer, NexusExtension.class));
    } catch (FindException | ResolutionException | LayerInstantiationException e) {
      throw new StartException("extensions", folder.toString(), String.valueOf(e.getMessage()));
    }
  }

  /** Whether the module of any extension requires the given module. */
  boolean read(Module module) {
    return modules().anyMatch(each -> each.canRead(module));
  }

  /** Whether any of them is external. */
  boolean ofOthers() {
    return modules().anyMatch(each -> !String.valueOf(each.getName()).startsWith(OWN_MODULES));
  }

  private Stream<Module> modules() {
    return Stream.of(
            reconcilers, tokenCounters, pricingSources, backendClients, ledgers, spendSinks)
        .flatMap(List::stream)
        .map(extension -> extension.getClass().getModule());
  }

  private static Extensions of(ServiceLoader<NexusExtension> loader) {
    var reconcilers = new ArrayList<Reconciler>();
    var counters = new ArrayList<TokenCounter>();
    var prices = new ArrayList<PricingSource>();
    var clients = new ArrayList<BackendClientFactory>();
    var ledgers = new ArrayList<LedgerFactory>();
    var sinks = new ArrayList<SpendSinkFactory>();
    try {
      for (var extension : loader) {
        switch (extension) {
          case Reconciler reconciler -> reconcilers.add(reconciler);
          case TokenCounter counter -> counters.add(counter);
          case PricingSource source -> prices.add(source);
          case BackendClientFactory factory -> clients.add(factory);
          case LedgerFactory factory -> ledgers.add(factory);
          case SpendSinkFactory factory -> sinks.add(factory);
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new StartException("extensions", "a provider", String.valueOf(e.getMessage()));
    }
    return new Extensions(reconcilers, counters, prices, clients, ledgers, sinks);
  }
}
