package io.nexus.server.dialect;

import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ErrorForm;
import java.util.List;

/** A wire API: parses its requests, which in turn forward themselves and parse their answers. */
public interface Dialect {

  /** The API. */
  Api api();

  /**
   * The paths of its POST requests, the usual one first. The value of {@code {+target}} in them is
   * passed in the call.
   */
  List<String> paths();

  /** Its error format. */
  default ErrorForm errors() {
    return ErrorForm.OPENAI;
  }

  /**
   * Parses a request.
   *
   * @throws ApiException with status 400 if it is not a valid request of this API
   */
  Asked read(Call call);
}
