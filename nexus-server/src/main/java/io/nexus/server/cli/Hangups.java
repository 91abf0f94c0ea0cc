package io.nexus.server.cli;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * SIGHUP, the signal that asks daemons to reload their configuration.
 *
 * <p>The JDK's class for it causes compiler warnings but stays until there is a replacement, so it
 * is called by reflection.
 *
 * @see <a href="https://openjdk.org/jeps/260">JEP 260</a>
 */
final class Hangups {

  private static final Logger LOG = System.getLogger("io.nexus");
  private static final String SIGNAL = "sun.misc.Signal";

  private Hangups() {}

  /** Runs an action at each SIGHUP; never on systems without that signal. */
  @SuppressWarnings("ReferenceEquality") // a proxy is equal only to itself
  static void listen(Runnable action) {
    try {
      var signal = Class.forName(SIGNAL);
      var handler = Class.forName("sun.misc.SignalHandler");
      var calls =
          Proxy.newProxyInstance(
              Hangups.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> SIGNAL + " HUP";
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calls);
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.DEBUG, "SIGHUP does not reload the configuration here", e);
    }
  }
}
