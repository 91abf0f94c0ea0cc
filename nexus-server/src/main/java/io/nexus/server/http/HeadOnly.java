package io.nexus.server.http;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Answers a HEAD like a GET without the body, which the server itself would send. The {@code
 * Content-Length} is that of the GET, or absent where the GET has none: RFC 9110 §8.6.
 */
public final class HeadOnly {

  private HeadOnly() {}

  /** Creates the handler of a HEAD from a GET's. */
  static Handler of(Handler get) {
    return (request, response) -> {
      get.handle(request, quiet(response));
      if (!response.isSent()) {
        unknownLength(response).send();
      }
    };
  }

  /** The response to a request: for a HEAD one that sends no body. */
  public static ServerResponse response(ServerRequest request, ServerResponse response) {
    return request.prologue().method().text().equals("HEAD") ? quiet(response) : response;
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
        if (arguments != null && arguments.length == 1 && arguments[0] instanceof byte[] body) {
          response.headers().contentLength(body.length);
        }
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

  /** The server would otherwise add the length of the body that is not sent, 0. */
  private static ServerResponse unknownLength(ServerResponse response) {
    return response.header(PlainHeader.UNKNOWN_LENGTH);
  }
}
