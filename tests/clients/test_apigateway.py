"""API Gateway as boto3 and plain HTTP meet it: REST APIs and HTTP APIs.

Expected answers: the API Gateway Developer Guide and the API References of both versions.
"""

import json

import pytest
from botocore.exceptions import ClientError
from conftest import REGION


@pytest.fixture
def rest(gateway):
    return gateway.client("apigateway")


@pytest.fixture
def http(gateway):
    return gateway.client("apigatewayv2")


def address(api, path=""):
    return f"https://{api}.execute-api.{REGION}.amazonaws.com{path}"


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


def mock(rest, api, resource, template):
    place = dict(restApiId=api, resourceId=resource, httpMethod="GET")
    rest.put_method(**place, authorizationType="NONE")
    rest.put_integration(**place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    rest.put_method_response(**place, statusCode="200")
    rest.put_integration_response(**place, statusCode="200", responseTemplates={"application/json": template})
    return place


def test_nothing_changes_until_deployed(rest, gateway):
    api = rest.create_rest_api(name="a")
    place = mock(rest, api["id"], api["rootResourceId"], "one $input.params('q')")
    assert gateway.fetch(address(api["id"], "/test"))[0] == 403
    rest.create_deployment(restApiId=api["id"], stageName="test")
    assert gateway.fetch(address(api["id"], "/test?q=x"))[2] == "one x"
    patch = [{"op": "replace", "path": "/responseTemplates/application~1json", "value": "two"}]
    rest.update_integration_response(**place, statusCode="200", patchOperations=patch)
    assert gateway.fetch(address(api["id"], "/test?q=x"))[2] == "one x"
    tested = rest.test_invoke_method(**place)
    assert (tested["status"], tested["body"]) == (200, "two")
    assert "Method completed with status: 200" in tested["log"]
    rest.create_deployment(restApiId=api["id"], stageName="test")
    assert gateway.fetch(address(api["id"], "/test"))[2] == "two"


def test_keys_open_stages_through_plans(rest, gateway):
    api = rest.create_rest_api(name="a")
    place = mock(rest, api["id"], api["rootResourceId"], "in")
    patch = [{"op": "replace", "path": "/apiKeyRequired", "value": "true"}]
    rest.update_method(**place, patchOperations=patch)
    rest.create_deployment(restApiId=api["id"], stageName="test")
    key = rest.create_api_key(name="k", enabled=True)
    stages = [{"apiId": api["id"], "stage": "test"}]
    plan = rest.create_usage_plan(name="p", apiStages=stages, quota={"limit": 1, "period": "DAY"})
    rest.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    headers = {"x-api-key": key["value"]}
    assert gateway.fetch(address(api["id"], "/test"))[0] == 403
    assert gateway.fetch(address(api["id"], "/test"), headers=headers)[0] == 200
    status, _, body = gateway.fetch(address(api["id"], "/test"), headers=headers)
    assert (status, json.loads(body)) == (429, {"message": "Limit Exceeded"})


def test_http_apis_deploy_by_themselves(http, gateway):
    api = http.create_api(Name="a", ProtocolType="HTTP", Target="https://issuer.nuvola.test/")
    assert gateway.fetch(address(api["ApiId"], "/anything"))[0] == 200
    cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"]}
    http.update_api(ApiId=api["ApiId"], CorsConfiguration=cors)
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    status, answered, _ = gateway.fetch(address(api["ApiId"], "/"), method="OPTIONS", headers=headers)
    assert (status, answered["access-control-allow-origin"]) == (204, "https://a.example")
    http.tag_resource(ResourceArn=f"arn:aws:apigateway:{REGION}::/apis/{api['ApiId']}", Tags={"k": "v"})
    assert http.get_api(ApiId=api["ApiId"])["Tags"] == {"k": "v"}
    assert refusal(http.create_route, ApiId=api["ApiId"], RouteKey="FETCH /") == ("BadRequestException", 400)
    http.delete_api(ApiId=api["ApiId"])
    assert refusal(http.get_api, ApiId=api["ApiId"]) == ("NotFoundException", 404)
