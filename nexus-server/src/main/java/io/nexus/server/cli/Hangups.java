package io.nexus.server.cli;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * The signal by which daemons are asked to read their configuration anew.
 *
 * <p>The JDK has it in a class that the compiler warns of and that is to stay until there is
 * another way, so it is called by its name.
 *
 * @see <a href="https://openjdk.org/jeps/260">JEP 260</a>
 */
final class Hangups {

  private static final Logger LOG = System.getLogger("io.nexus");
  private static final String SIGNAL = "sun.misc.Signal";

  private Hangups() {}

  /** Runs it at each SIGHUP; where the system has no such signal, never. */
  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
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
