package io.nexus.server;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * A class loader that leaves services to modules. Everything here is a module; looking for services
 * in the way of the class path, too, opens every jar, which is 50 ms of a start.
 */
final class ModuleServices extends ClassLoader {

  private static final String CLASS_PATH_SERVICES = "META-INF/services/";

  ModuleServices(ClassLoader parent) {
    super(parent);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return name.startsWith(CLASS_PATH_SERVICES)
        ? Collections.emptyEnumeration()
        : super.getResources(name);
  }
}
