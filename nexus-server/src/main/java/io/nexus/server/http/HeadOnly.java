package io.nexus.server.http;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Answers a HEAD like a GET without the body, which the server itself would send. */
final class HeadOnly {

  private HeadOnly() {}

  /** Creates the handler of a HEAD from a GET's. */
  static Handler of(Handler get) {
    return (request, response) -> {
      get.handle(request, quiet(response));
      if (!response.isSent()) {
        response.send();
      }
    };
  }

  private static ServerResponse quiet(ServerResponse response) {
    return (ServerResponse)
        Proxy.newProxyInstance(
            ServerResponse.class.getClassLoader(),
            new Class<?>[] {ServerResponse.class},
            (proxy, method, arguments) -> {
              var result = answer(response, method, arguments);
              return result instanceof ServerResponse ? proxy : result;
            });
  }

  /** Passes calls to the response, except those that write the body. */
  private static @Nullable Object answer(
      ServerResponse response, Method method, Object @Nullable [] arguments) throws Throwable {
    switch (method.getName()) {
      case "send" -> {
        response.send();
        return null;
      }
      case "outputStream" -> {
        return OutputStream.nullOutputStream();
      }
      default -> {
        try {
          return method.invoke(response, arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause() == null ? e : e.getCause();
        }
      }
    }
  }
}
