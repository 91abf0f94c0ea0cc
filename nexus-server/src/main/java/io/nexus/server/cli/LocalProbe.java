package io.nexus.server.cli;

import io.nexus.config.BackendConfig;
import io.nexus.config.NexusConfig;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Zone;
import io.nexus.server.setup.LocalServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds model servers at their usual ports on this machine. */
final class LocalProbe {

  private static final Logger LOG = System.getLogger("io.nexus");
  private static final int CONNECT_MILLIS = 200;
  private static final int PRIORITY = 100;
  private static final int MAX_CONCURRENT = 64;

  private LocalProbe() {}

  /** The configuration with a backend for each server that answers. */
  static NexusConfig withBackendsFound(NexusConfig config) {
    var found = new ArrayList<BackendConfig>();
    for (var usual : LocalServer.USUAL) {
      if (usual.port() != config.server().port() && listens(usual.port())) {
        LOG.log(Level.INFO, "Found {0} at port {1}", usual.name(), Integer.toString(usual.port()));
        found.add(backend(usual));
      }
    }
    if (found.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "No backend is configured and none was found at the usual local ports: add [[backends]]"
              + " to nexus.toml");
    }
    return new NexusConfig(
        config.server(),
        config.budget(),
        config.budgets(),
        config.limits(),
        config.teams(),
        config.keys(),
        config.routing(),
        config.healthCheck(),
        found,
        config.pricing(),
        config.pricingFiles(),
        config.ledger(),
        config.log(),
        config.telemetry(),
        config.alerts(),
        config.spendSinks(),
        config.access());
  }

  private static BackendConfig backend(LocalServer usual) {
    return new BackendConfig(
        usual.name(),
        URI.create("http://127.0.0.1:" + usual.port() + "/v1"),
        usual.type(),
        Optional.empty(),
        Optional.empty(),
        Location.LOCAL,
        Zone.RESTRICTED,
        PRIORITY,
        1,
        List.of(),
        MAX_CONCURRENT);
  }

  private static boolean listens(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
