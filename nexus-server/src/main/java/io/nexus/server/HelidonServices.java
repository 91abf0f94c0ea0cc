package io.nexus.server;

import io.helidon.common.features.HelidonFeatures;
import io.helidon.common.features.api.HelidonFlavor;
import io.helidon.service.registry.GlobalServiceRegistry;

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
    GlobalServiceRegistry.registry(NoServices::new);
    HelidonFeatures.flavor(HelidonFlavor.MP);
    System.setProperty("helidon.serialFilter.ignoreFiles", "true");
  }
}
