package io.nexus.server.flow;

import io.helidon.http.Header;
import io.nexus.control.money.ModelPricing;
import io.nexus.metrics.BackendMeters;
import io.nexus.metrics.ModelMeters;
import io.nexus.metrics.RequestMeters;
import io.nexus.server.account.Accounts.Sums;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.KeyMask;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A model at a backend under one API, with everything common to all attempts there. Created once.
 *
 * @param live the backend
 * @param fields the fields that it accepts, as learned from refusals
 * @param rest its current pause for the model
 * @param mask covers the backend's key
 * @param priceOf the known prices of the backend's other models
 * @param headers the response headers that name the source
 * @param backendMeters the backend's meters
 * @param modelMeters the model's
 * @param requestMeters of both
 * @param backendSums the backend's sums
 * @param modelSums the model's sums
 */
record Destination(
    LiveBackend live,
    AtomicReference<BackendFields> fields,
    Rest rest,
    KeyMask mask,
    Function<String, Optional<ModelPricing>> priceOf,
    List<Header> headers,
    BackendMeters backendMeters,
    ModelMeters modelMeters,
    RequestMeters requestMeters,
    Sums backendSums,
    Sums modelSums) {}
