/** What an LMS says as somebody comes from it to the hub, as LTI's authenticators put it into `auth_state`. */

const LTI = "https://purl.imsglobal.org/spec/lti/claim";

export const LTI_13 = {
  iss: "https://lms.example.edu",
  sub: "a-user-of-the-lms",
  email: "ada@example.edu",
  [`${LTI}/version`]: "1.3.0",
  [`${LTI}/context`]: { id: "course-7", label: "STAT 101", title: "Introduction to statistics", type: [""] },
  [`${LTI}/resource_link`]: { id: "link-3", title: "Homework 1", description: "" },
  [`${LTI}/roles`]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
  "https://purl.imsglobal.org/spec/lti-ces/claim/caliper-endpoint-service": {
    scopes: ["https://purl.imsglobal.org/spec/lti-ces/v1p0/scope/send"],
    caliper_endpoint_url: "https://lms.example.edu/caliper",
    caliper_federated_session_id: "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427",
  },
};

export const LTI_11 = {
  context_id: "an-opaque-course",
  context_label: "DATA 8",
  context_title: "Foundations of data science",
  custom_canvas_course_id: "616",
  custom_canvas_user_login_id: "ada@example.edu",
  resource_link_id: "an-opaque-link",
  resource_link_title: "Homework 1",
  roles: "Learner,urn:lti:instrole:ims/lis/Administrator",
  user_id: "an-opaque-user",
};
