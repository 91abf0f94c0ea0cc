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
 * A model at a backend, asked by one API, with all that is the same for each attempt there. Made
 * once.
 *
 * @param live the backend
 * @param fields what it takes in requests, as far as its refusals have taught
 * @param rest how long it wants no requests for the model
 * @param mask covers the backend's key
 * @param priceOf the prices of other models of the backend, where they are known
 * @param headers say where an answer comes from
 * @param backendMeters the backend's meters
 * @param modelMeters the model's
 * @param requestMeters of both
 * @param backendSums what the backend has served
 * @param modelSums what of the model has been served
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
