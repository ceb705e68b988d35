//! Layers around a server and a channel of tonic.

use axum::{BoxError, Router};
use bytes::Bytes;
use tower::{Layer as _, ServiceBuilder};
use trace_tower::{PropagateLayer, TraceLayer};

use super::HOUR;

/// As generated clients ask for it.
fn is_for_tonic<T>(_: &T)
where
    T: tonic::client::GrpcService<tonic::body::Body, Error: Into<BoxError>>,
    T::ResponseBody: hyper::body::Body<Data = Bytes, Error: Into<BoxError> + Send> + Send + 'static,
{
}

#[tokio::test]
async fn tonics_layers_go_outside_and_inside() {
    use tonic::{
        Request, Status,
        service::{InterceptorLayer, interceptor::InterceptedService},
        transport::{Channel, Server},
    };
    type Intercept = fn(Request<()>) -> Result<Request<()>, Status>;
    let pass: Intercept = Ok;
    let intercept = || InterceptorLayer::new(pass);
    let server = || Server::builder().timeout(HOUR).concurrency_limit_per_connection(9);
    let _ = server().layer(TraceLayer::new()).add_service(crate::grpc::shop());
    let both = ServiceBuilder::new().layer(TraceLayer::new()).layer(intercept());
    let _ = server().layer(both).add_service(crate::grpc::shop());
    let both = ServiceBuilder::new().layer(intercept()).layer(TraceLayer::new());
    let _ = server().layer(both).add_service(crate::grpc::shop());
    let routes = tonic::service::Routes::new(crate::grpc::shop()).into_axum_router();
    let _: Router = routes.layer(TraceLayer::axum());

    let channel = Channel::from_static("http://127.0.0.1:1").connect_lazy();
    is_for_tonic(&PropagateLayer::new().layer(channel.clone()));
    is_for_tonic(&PropagateLayer::new().layer(InterceptedService::new(channel.clone(), pass)));
    is_for_tonic(&InterceptedService::new(PropagateLayer::new().layer(channel.clone()), pass));
    is_for_tonic(
        &ServiceBuilder::new().timeout(HOUR).layer(PropagateLayer::new()).service(channel.clone()),
    );
    is_for_tonic(
        &ServiceBuilder::new().layer(PropagateLayer::new()).timeout(HOUR).service(channel),
    );
}
