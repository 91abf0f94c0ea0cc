package io.nexus.server;

import io.helidon.common.features.HelidonFeatures;
import io.helidon.common.features.api.HelidonFlavor;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;

/**
 * What Helidon looks for in every jar when its HTTP server starts, of which the gateway uses
 * nothing.
 */
final class HelidonServices {

  private HelidonServices() {}

  /**
   * Has Helidon not look: 200 ms of a start. Its registry of services, which is asked as soon as
   * there are routes, is empty, unless there is one already. No list of features is made for the
   * log, for which they would have to be of the flavor named. No wishes to read serialized objects
   * are gathered: none are read.
   */
  static void leaveOut() {
    GlobalServiceRegistry.registry(HelidonServices::empty);
    HelidonFeatures.flavor(HelidonFlavor.MP);
    System.setProperty("helidon.serialFilter.ignoreFiles", "true");
  }

  private static ServiceRegistry empty() {
    var nothing =
        ServiceRegistryConfig.builder()
            .discoverServices(false)
            .discoverServicesFromServiceLoader(false)
            .build();
    return ServiceRegistryManager.create(nothing).registry();
  }
}
